// What a trainer sees of an engine, a network with its weights and optimiser state on some device;
// and what every engine computes. Engines may differ in rounding, in nothing else: the reference
// engine (reference/) computes it by the formulas, and tests hold the others to it.
//
// Layers (network/network.h has their graph and shapes):
//   - A convolution adds up its inputs, convolves them (stride 1, zero padding, no bias; the kernel
//     is not flipped), normalises, and applies ReLU.
//   - Batch normalisation is scale * (x - mean) / sqrt(variance + kBatchNormEpsilon) + shift, one
//     of each a channel. In training, mean and variance are those of the images that pass together
//     (micro_batch.h), the variance divided by the number of values n. Each such pass moves the
//     running mean and variance by kBatchNormMomentum of the way to them, the variance then divided
//     by n - 1 (by 1 where n is 1). Evaluation uses the running ones.
//   - A pooling window starts at stride times the output's place and is clipped at the border: an
//     average is over the pixels inside, the gradient of a maximum goes to the first largest pixel
//     in the order of rows.
//   - ReLU passes no gradient where its output is 0.
//   - Dropout multiplies by the factors of dropout.h in training, and by 1 in evaluation.
//   - The loss is the cross-entropy of the softmax of the last layer's outputs, the logits. An
//     image counts as right if the first largest logit is its label's.
//
// A step minimises the mean loss over the batch. With g its gradient of a learnable tensor w:
//     v = momentum * v + g + weight_decay * w     (without decay but for tensors "L.weight")
//     w = w - learning_rate * v
// So a step from momentum 0 without decay leaves g in "momentum.w".
//
// A NaN or an infinity is never an error. It spreads as the arithmetic has it; but a maximum, of
// ReLU, pooling or a variance that rounding made negative, may drop a NaN. So a loss that is not
// finite shows a divergence, and a finite loss does not exclude one.
//
// Thread-safety: one caller at a time for each engine. Engines may be used side by side.
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

inline constexpr double kBatchNormEpsilon = 1e-5;
inline constexpr double kBatchNormMomentum = 0.1;  // of the newest pass in the running statistics

// One image as it enters a network (assemble.h): first moved down by shift_rows and to the right by
// shift_columns, negative ones up and to the left, then mirrored left to right. Where a moved image
// leaves room the input is 0, that is the mean of a normalised channel.
struct InputImage {
  const uint8_t* pixels = nullptr;  // [channel][row][column], good until the engine returns
  int8_t shift_rows = 0;
  int8_t shift_columns = 0;
  bool mirror = false;
};

struct Batch {
  std::span<const InputImage> images;
  std::span<const int32_t> labels;  // one for each image, from 0 to below the number of classes
};

// A pixel p, from 0 to 255, of channel c enters as p * scale[c] + offset[c].
struct InputTransform {
  std::vector<float> scale;
  std::vector<float> offset;
};

struct StepOptions {
  float learning_rate = 0;
  float momentum = 0.9f;
  float weight_decay = 0;
  // Addresses this step's dropout masks.
  RandomKey dropout = RandomKey(0);
};

// Sums over the images of a batch.
struct BatchResult {
  double loss = 0;  // cross-entropy, in nats
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
  // parts (micro_batch.h). The result is that of the forward pass, before the update.
  virtual BatchResult TrainStep(const Batch& batch, const StepOptions& options) = 0;
  // Evaluation of at most max_batch() images; changes nothing. `logits`, if not empty, receives
  // images x classes values, row by row.
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
