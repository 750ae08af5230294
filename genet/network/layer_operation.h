// What a layer computes from its input: a convolution, a pool and so on.
//
// Everything that depends on the kind of an operation alone stands in one table
// (layer_operation.cc): its names, its text in the paper's notation, the shape of its output, its
// tensors and how training starts them. A new kind is an enumerator here, a row there, and a case
// in each engine's switches, which the compiler asks for.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/network/notation.h"
#include "genet/network/shape.h"

namespace genet {

//   kImages          gives the images; a network's first layer and no other
//   kConvolution     convolution without bias, batch normalisation, ReLU
//   kMaxPool, kAveragePool   ceil mode: a window that leaves the image is clipped (an average is
//                    over the pixels inside)
//   kFullyConnected  with bias; takes the activation flattened in the order channel, row, column
//   kDropout         zeroes with probability `rate` and divides the rest by 1 - rate; identity in
//                    evaluation
struct LayerOperation {
  enum class Kind { kImages, kConvolution, kMaxPool, kAveragePool, kFullyConnected, kDropout };
  Kind kind = Kind::kImages;
  int kernel = 0;     // convolution, pools
  int padding = 0;    // convolution
  int stride = 1;     // pools
  int outputs = 0;    // channels of a convolution, features of a fully-connected layer
  double rate = 0;    // dropout
  bool relu = false;  // fully connected: whether a ReLU follows; not part of the notation

  friend bool operator==(const LayerOperation&, const LayerOperation&) = default;
};

// One tensor of a layer's state. Its dimensions are in the customary order: outputs, inputs, rows,
// columns.
struct TensorSpec {
  enum class Use {
    kWeight,     // learnt, and subject to weight decay
    kParameter,  // learnt without weight decay: biases, batch-norm scale and shift
    kStatistic,  // measured: batch-norm running mean and variance
  };
  enum class Start {
    kZero,
    kOne,
    kHeNormal,  // normal with variance 2 / inputs of one output
    kNormal,    // normal with a deviation that settings name, or as kHeNormal
  };

  std::string name;  // after the layer's and a point: "bn.scale"
  std::vector<int64_t> shape;
  Use use = Use::kWeight;
  Start start = Start::kZero;

  int64_t size() const;
  bool learnt() const { return use != Use::kStatistic; }
};

// One row of the table.
struct OperationTraits {
  LayerOperation::Kind kind;
  std::string_view name;        // for people
  std::string_view layer_name;  // its layers are named so and numbered, outside stages
  std::string_view symbol;      // how its text begins; none: no base network can have it
  bool opens_stage;             // may be a stage's default input node
  bool needs_rows;              // cannot follow a fully-connected layer
  bool offered;                 // its activations are what users look for as features

  // The text after the symbol. `read` fills in all but the kind.
  Status (*read)(NotationReader&, LayerOperation&);
  std::string (*write)(const LayerOperation&);
  // The window, padding, stride or rate, for people.
  std::string (*details)(const LayerOperation&);
  // An error that names `layer` if its window does not fit the input.
  Result<Shape> (*output)(const LayerOperation&, Shape input, std::string_view layer);
  // All tensors of a layer that takes `input`.
  std::vector<TensorSpec> (*tensors)(const LayerOperation&, Shape input);
};

const OperationTraits& TraitsOf(LayerOperation::Kind kind);
std::span<const OperationTraits> AllLayerOperations();

// In the paper's notation.
std::string ToString(const LayerOperation& operation);

}  // namespace genet
