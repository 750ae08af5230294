// One layer of a network in engine cpu: its memory, its parameters, and how a batch passes it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "genet/engine/cpu/buffer.h"
#include "genet/engine/cpu/parameter.h"
#include "genet/engine/cpu/step.h"
#include "genet/kernels/layout.h"
#include "genet/kernels/normalisation.h"
#include "genet/network/network.h"

namespace genet {

class ConvolutionLayer;

// Calls for a tensor of the state.
using TensorVisitor = std::function<void(const std::string& name, const std::vector<int64_t>& shape,
                                         std::vector<float>& values)>;

// Sources of a sum in one block, as kernels take them.
struct Sources {
  std::vector<kernels::Source> list;
  kernels::SourceSum view() const { return {list.data(), static_cast<int>(list.size())}; }
};

// The convolutions whose sums of the gradient another layer takes, in one block.
struct Completed {
  std::vector<std::vector<const float*>> gradients;  // that the list points to
  std::vector<kernels::CompletedGradient> list;
  kernels::CompletedGradients view() const { return {list.data(), static_cast<int>(list.size())}; }
};

class CpuLayer {
 public:
  // Becomes a consumer of its inputs, which must live as long. Memory is for so many blocks of 16
  // images.
  CpuLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks);
  virtual ~CpuLayer() = default;
  CpuLayer(const CpuLayer&) = delete;
  CpuLayer& operator=(const CpuLayer&) = delete;

  // Brings the weights into the kernels' form: before the passes that use them.
  virtual void Pack(Step& /*step*/) {}
  // After the inputs.
  virtual void Forward(Step& step) = 0;
  // After all consumers: gradients of the parameters, and of the inputs where they are wanted.
  virtual void Backward(Step& step) = 0;

  virtual std::vector<Parameter*> Parameters() { return {}; }
  // Parameters, their momentum, and what else later steps depend on.
  virtual void ForEachTensor(const TensorVisitor& visit);
  virtual size_t floats() const;  // of all memory that is its own

  // The activation in one block, as a consumer reads it.
  virtual kernels::Source Activation(int block) const { return {Output(block)}; }

  // Memory for the gradient that the layer passes back, before the first pass (gradient_plan.h).
  void UseForInputGradient(float* memory) { input_gradient_ = memory; }
  // A gradient of the activation that comes from no consumer, [block][...]: that of the loss.
  void UseLossGradient(const float* memory) { loss_gradient_ = memory; }

  // Whether the backward pass can take the sums of its inputs' gradients from the rows that it
  // writes (sums_plan.h), and those convolutions whose sums it does take.
  virtual bool completes_sums() const { return false; }
  void CompleteSumsOf(ConvolutionLayer& input) { completes_.push_back(&input); }

 protected:
  const Layer& layer() const { return layer_; }
  int output_pixels() const { return layer_.output.height * layer_.output.width; }
  int input_pixels() const { return layer_.input.height * layer_.input.width; }
  // Floats of one block.
  size_t output_block() const { return layer_.output.size() * kernels::kBlock; }
  size_t input_block() const { return layer_.input.size() * kernels::kBlock; }

  bool wants_input_gradient() const { return wants_input_gradient_; }
  const float* Output(int block) const { return output_.data() + block * output_block(); }
  float* Output(int block) { return output_.data() + block * output_block(); }
  float* InputGradient(int block) { return input_gradient_ + block * input_block(); }

  // The joined inputs: kernels add them up while they read.
  Sources Inputs(int block) const;
  // The gradient of the activation: what consumers pass back, or the loss.
  Sources OutputGradients(int block) const;
  Completed CompletedInputs(const Step& step, int block) const;

  // Per image, for the profile.
  double InputValues() const { return double(inputs_.size()) * double(layer_.input.size()); }
  double OutputValues() const { return double(layer_.output.size()); }
  double GradientValues() const { return double(consumers_.size()) * OutputValues(); }

 private:
  const Layer& layer_;
  const std::vector<CpuLayer*> inputs_;
  const bool wants_input_gradient_;
  std::vector<CpuLayer*> consumers_;
  std::vector<ConvolutionLayer*> completes_;
  Buffer output_;                    // [block][...]: a convolution's z, others' activation
  float* input_gradient_ = nullptr;  // of the joined inputs
  const float* loss_gradient_ = nullptr;
};

}  // namespace genet
