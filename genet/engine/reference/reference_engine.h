// The engine that others are measured against: the contract of engine.h in double precision, by the
// formulas, without tricks for speed.
#pragma once

#include <string>
#include <vector>

#include "genet/engine/engine.h"
#include "genet/engine/reference/layer_math.h"
#include "genet/engine/step_profile.h"

namespace genet {

class ReferenceEngine final : public Engine {
 public:
  struct DoubleTensor {
    std::vector<int64_t> shape;
    std::vector<double> values;
  };
  // The same names as TensorMap.
  using DoubleState = std::map<std::string, DoubleTensor>;

  // All tensors 0, except batch-norm scales and running variances: 1.
  // `profile`, if not null, is filled, and must outlive the engine.
  ReferenceEngine(const Network& network, const InputTransform& transform, int max_batch,
                  StepProfile* profile = nullptr);

  BatchResult TrainStep(const Batch& batch, const StepOptions& options) override;
  BatchResult Evaluate(const Batch& batch, std::span<float> logits) override;
  TensorMap State() const override;
  Status SetState(const TensorMap& state) override;
  int max_batch() const override { return max_batch_; }
  size_t memory_bytes() const override;

  const Network& network() const { return network_; }
  // The state unrounded, to be read and changed in place.
  DoubleState& double_state() { return state_; }
  // Mean loss over the batch as TrainStep computes it, and its gradient by name of the learnable
  // tensor; neither changes the state.
  double TrainingLoss(const Batch& batch, RandomKey dropout) const;
  std::map<std::string, std::vector<double>> Gradient(const Batch& batch, RandomKey dropout) const;

  // Gradients jump where a ReLU's input is 0 and where two inputs of a max pool are equal, so an
  // engine in single precision may rightly be on the other side of a jump. This moves batch-norm
  // shifts and biases by a little, so that no ReLU's input on this batch is close to 0. Returns the
  // distance from the nearest jump that is left.
  double AvoidKinks(const Batch& batch, RandomKey dropout);

 private:
  // What the forward pass leaves for the backward pass, one for each layer.
  struct Record {
    reference::Activation input;  // joined
    reference::Activation output;
    reference::Activation before_relu;  // convolution, fully connected with ReLU
    reference::Activation normalised;   // convolution
    reference::ChannelMoments moments;  // convolution: of the batch
    std::vector<size_t> chosen;         // max pool
    std::vector<double> factors;        // dropout
  };
  enum class Mode { kTraining, kEvaluation };
  using Gradients = std::map<std::string, std::vector<double>>;

  const std::vector<double>& Values(const std::string& name) const;
  std::vector<Record> Forward(const Batch& batch, Mode mode, RandomKey dropout) const;
  static reference::Activation Joined(const Layer& layer, const std::vector<Record>& records);
  // Fills records[index] from the records before it.
  void ForwardLayer(const Batch& batch, Mode mode, RandomKey dropout, size_t index,
                    std::vector<Record>& records) const;
  // Convolution, batch normalisation, ReLU; `record` has the input.
  void ForwardConvolution(const Layer& layer, Mode mode, Record& record) const;
  // `gradient` is that of the output; adds to `input_gradient` and to `result`.
  void BackwardConvolution(const Layer& layer, const Record& record,
                           reference::Activation& gradient, reference::Activation& input_gradient,
                           Gradients& result) const;
  // Which of the network's dropout layers layer `index` is, from 0.
  int DropoutOrdinal(size_t index) const;
  Gradients Backward(const std::vector<Record>& records, reference::Activation gradient) const;
  void MoveRunningStatistics(const std::vector<Record>& records);

  Network network_;
  InputTransform transform_;
  int max_batch_;
  StepProfile* profile_;
  DoubleState state_;
};

}  // namespace genet
