// A genome on a base network: the graph of layers that an engine trains.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/genome/genome.h"
#include "genet/network/base_network.h"

namespace genet {

// Channels, rows and columns of one image's activation.
struct Shape {
  int channels = 0;
  int height = 0;
  int width = 0;

  int64_t size() const { return int64_t{channels} * height * width; }
  friend bool operator==(const Shape&, const Shape&) = default;
};

// One layer. `inputs` are indices of layers before it; a convolution sums its inputs element by
// element, every other kind has exactly one.
//
//   kInput           the images
//   kConvolution     sum of inputs, convolution without bias, batch normalisation, ReLU
//   kMaxPool, kAveragePool   ceil mode: a window that leaves the image is clipped (an average is
//                    over the pixels inside)
//   kFullyConnected  with bias; takes the activation flattened in the order channel, row, column
//   kDropout         zeroes with probability `rate` and divides the rest by 1 - rate; identity in
//                    evaluation
struct Layer {
  enum class Kind { kInput, kConvolution, kMaxPool, kAveragePool, kFullyConnected, kDropout };
  Kind kind = Kind::kInput;
  std::string name;  // unique: "stage1.in", "stage1.node3", "stage1.out", "pool1", "fc1", "drop1"
  std::vector<int> inputs;
  Shape input;   // of each input
  Shape output;  // a fully-connected layer's is {features, 1, 1}
  int kernel = 0;
  int padding = 0;
  int stride = 1;
  double rate = 0;    // dropout
  bool relu = false;  // fully connected only: whether a ReLU follows

  // Learnable weights without and with biases and batch-norm scale and shift.
  int64_t weights() const;
  int64_t parameters() const;
  // Multiply-adds an image of the forward pass: convolutions and fully-connected layers.
  int64_t multiply_adds() const;
};

struct Network {
  std::vector<Layer> layers;  // layers[0] is the input, the last gives the logits

  int classes() const { return layers.back().output.channels; }
  int convolutions() const;
  // Convolutions on the longest path plus fully-connected layers (the paper's "17-layer").
  int depth() const;
  int64_t weights() const;
  int64_t parameters() const;
  int64_t multiply_adds() const;
};

// `input` is the shape of the images. The last fully-connected layer must have `classes` outputs
// unless classes is 0. An error if the genome's stages are not those of the base network, or a
// layer's window does not fit its input.
Result<Network> BuildNetwork(const BaseNetwork& base, const Genome& genome, Shape input,
                             int classes = 0);

// The same base network with its last fully-connected layer widened or narrowed to `classes`.
BaseNetwork WithClasses(BaseNetwork base, int classes);

}  // namespace genet
