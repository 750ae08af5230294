// Random cases on which two engines are compared, and the measure of their agreement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "genet/engine/engine.h"
#include "genet/engine/reference/reference_engine.h"

namespace genet::reference {

// Random pixels and labels, every other image moved or mirrored.
class RandomBatch {
 public:
  RandomBatch(const Network& network, int images, RandomKey key);
  RandomBatch(const RandomBatch&) = delete;
  RandomBatch& operator=(const RandomBatch&) = delete;

  Batch batch() const { return {images_, labels_}; }

 private:
  std::vector<uint8_t> pixels_;
  std::vector<InputImage> images_;
  std::vector<int32_t> labels_;
};

// Brings pixels near mean 0 and deviation 1, each channel a little differently.
InputTransform CentringTransform(const Network& network);

// InitialState with biases, batch-norm parameters and running statistics drawn, too, so that no
// tensor's part in the arithmetic is hidden by a 0 or 1.
TensorMap RandomState(const Network& network, RandomKey key);

// RandomState, so changed that on this batch single and double precision take the same side of all
// kinks (ReferenceEngine::AvoidKinks).
TensorMap StateAwayFromKinks(const Network& network, const Batch& batch, RandomKey dropout,
                             RandomKey key);

// Some steps of training, each on its own RandomBatch.
struct RecordedSteps {
  int images = 0;
  StepOptions options;  // without the dropout key

  struct Step {
    RandomKey key;    // of the batch and the dropout
    TensorMap nudge;  // to be added to the state before the step
  };
  std::vector<Step> steps;
};

// Trains `engine` for some steps away from all kinks: one crossed by rounding alone would make
// later weights of a deep network differ by a hundredth. Returns how, to be played to others.
RecordedSteps TrainAwayFromKinks(ReferenceEngine& engine, int images, int steps,
                                 const StepOptions& options, RandomKey key);
void Replay(const RecordedSteps& run, const Network& network, Engine& engine);

// |actual - expected| / |expected| of the values as vectors; 1e-4 stands in for a smaller norm.
double RelativeDifference(const Tensor& actual, const Tensor& expected);

// One line for each tensor whose name starts with `prefix` and that is missing or differs by more
// than `tolerance`; empty if all agree. Prefix "" means all tensors but the momentum.
std::string Disagreements(const TensorMap& actual, const TensorMap& expected,
                          std::string_view prefix, double tolerance);

}  // namespace genet::reference
