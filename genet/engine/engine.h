// What a trainer sees of an engine: a network with its weights and optimiser state on some device.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/random.h"
#include "genet/network/network.h"

namespace genet {

// One image as it enters a network: 8-bit pixels (channel, row, column), moved and mirrored by
// augmentation. Pixels moved in from outside have the value 0 after normalisation's subtraction
// of the mean, that is, the mean itself.
struct InputImage {
  const uint8_t* pixels = nullptr;
  int8_t shift_rows = 0;
  int8_t shift_columns = 0;
  bool mirror = false;
};

struct Batch {
  std::span<const InputImage> images;
  std::span<const int32_t> labels;
};

// A pixel p of channel c enters as p * scale[c] + offset[c].
struct InputTransform {
  std::vector<float> scale;
  std::vector<float> offset;
};

struct StepOptions {
  float learning_rate = 0;
  float momentum = 0.9f;
  // Added to the gradient of weights (not of biases and batch-norm parameters).
  float weight_decay = 0;
  // Addresses this step's dropout masks.
  RandomKey dropout = RandomKey(0);
};

// Sum over the images of a batch.
struct BatchResult {
  double loss = 0;  // cross-entropy
  int correct = 0;
};

// A tensor of the state, in the customary order of dimensions.
struct Tensor {
  std::vector<int64_t> shape;
  std::vector<float> values;

  friend bool operator==(const Tensor&, const Tensor&) = default;
};

// Tensors by name. For a convolution "L": L.weight [out, in, row, column], L.bn.scale, L.bn.shift,
// L.bn.mean, L.bn.variance (running); for a fully-connected layer "L": L.weight [out, in], L.bias.
// The momentum buffer of a learnable tensor T is "momentum.T".
using TensorMap = std::map<std::string, Tensor>;

class Engine {
 public:
  virtual ~Engine() = default;

  // One step of stochastic gradient descent. A batch of more than max_batch() images passes in
  // parts (parts.h): their gradients are added, and batch normalisation sees each part by itself.
  virtual BatchResult TrainStep(const Batch& batch, const StepOptions& options) = 0;
  // Evaluation mode (running statistics, no dropout) of at most max_batch() images. `logits`, if
  // not empty, receives images x classes values, row by row.
  virtual BatchResult Evaluate(const Batch& batch, std::span<float> logits) = 0;

  // Everything that later steps depend on: weights, running statistics, momentum.
  virtual TensorMap State() const = 0;
  // An error that names the tensor if one is missing, unknown or of another shape.
  virtual Status SetState(const TensorMap& state) = 0;

  virtual int max_batch() const = 0;
  // Bytes held for weights, activations and scratch.
  virtual size_t memory_bytes() const = 0;
};

// Weights as training starts: He normal with fan-in for convolutions; for fully-connected layers
// normal with deviation `fc_deviation`, or He normal too if that is 0; batch-norm scale 1 and shift
// 0, running mean 0 and variance 1, biases 0, momentum 0. Every tensor has its own stream,
// addressed by its name, so two engines start alike.
TensorMap InitialState(const Network& network, RandomKey key, double fc_deviation = 0);

// Whether `state` has exactly the tensors of `shapes`: what SetState checks. The error names the
// tensor.
Status CheckState(const TensorMap& state,
                  const std::map<std::string, std::vector<int64_t>>& shapes);

}  // namespace genet
