// A genome on a base network: the graph of layers that an engine trains.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/genome/genome.h"
#include "genet/network/base_network.h"
#include "genet/network/join.h"
#include "genet/network/layer_operation.h"
#include "genet/network/shape.h"

namespace genet {

// One layer joins its inputs and computes its operation of what that gives. `inputs` are indices of
// layers before it; only the images have none. BuildNetwork gives several to convolutions alone.
struct Layer {
  std::string name;  // unique: "stage1.in", "stage1.node3", "stage1.out", "pool1", "fc1", "drop1"
  std::vector<int> inputs;
  Join join = Join::kSum;
  LayerOperation operation;
  Shape input;   // of the joined inputs
  Shape output;  // a fully-connected layer's is {features, 1, 1}

  std::vector<TensorSpec> tensors() const;
  // The tensor of that name, which the layer must have.
  TensorSpec tensor(std::string_view tensor) const;
  // Learnable values without and with biases and batch-norm scale and shift.
  int64_t weights() const;
  int64_t parameters() const;
  // Multiply-adds per image of the forward pass: each weight serves each pixel of the output once.
  int64_t multiply_adds() const;
};

struct Network {
  std::vector<Layer> layers;  // layers[0] gives the images, the last the logits

  int classes() const { return layers.back().output.channels; }
  int convolutions() const;
  // Layers with weights on the longest path: convolutions and fully-connected layers (the paper's
  // "17-layer").
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

// The base network with its last fully-connected layer widened or narrowed to `classes`.
BaseNetwork WithClasses(BaseNetwork base, int classes);

}  // namespace genet
