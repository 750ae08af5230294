// One layer of a network in engine cpu: its memory, its parameters, and how a batch passes it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "genet/engine/cpu/buffer.h"
#include "genet/engine/cpu/parameter.h"
#include "genet/engine/cpu/step.h"
#include "genet/kernels/convolution.h"
#include "genet/network/network.h"

namespace genet {

// Calls for a tensor of the state.
using TensorVisitor = std::function<void(const std::string& name, const std::vector<int64_t>& shape,
                                         std::vector<float>& values)>;

// Sources of a sum in one block, as kernels take them.
struct Sources {
  std::vector<kernels::Source> list;
  kernels::SourceSum view() const { return {list.data(), static_cast<int>(list.size())}; }
};

// dz of a convolution in one block, as kernels take it.
struct ConvolutionGradient {
  std::vector<const float*> from;
  kernels::NormalisedGradient view;
};

// The convolutions whose sums of the gradient another layer takes in one block.
struct Completed {
  std::vector<ConvolutionGradient> gradients;
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

  // Memory for the gradient that it passes back, before the first pass (gradient_plan.h).
  void UseForInputGradient(float* memory) { input_gradient_ = memory; }

  // The activation in one block, as a consumer reads it.
  virtual kernels::Source Activation(int block) const { return {Output(block)}; }

  // A consumer offers to take the sums of this layer's gradient, from rows that it writes anyway.
  virtual void OfferSums(const CpuLayer& /*consumer*/) {}
  // Adds what that consumer has to take, if this layer has accepted its offer.
  virtual void AddCompleted(const CpuLayer& /*consumer*/, const Step&, int /*block*/, Completed&) {}

 protected:
  const Layer& layer() const { return layer_; }
  const std::vector<CpuLayer*>& inputs() const { return inputs_; }
  const std::vector<CpuLayer*>& consumers() const { return consumers_; }
  int output_pixels() const { return layer_.output.height * layer_.output.width; }
  int input_pixels() const { return layer_.input.height * layer_.input.width; }
  // Floats of one block.
  size_t output_block() const { return layer_.output.size() * kernels::kBlock; }
  size_t input_block() const { return layer_.input.size() * kernels::kBlock; }

  bool wants_input_gradient() const { return wants_input_gradient_; }
  const float* Output(int block) const { return output_.data() + block * output_block(); }
  float* Output(int block) { return output_.data() + block * output_block(); }
  float* InputGradient(int block) { return input_gradient_ + block * input_block(); }

  Sources Inputs(int block) const;
  // The gradient with respect to the activation: what consumers pass back.
  Sources OutputGradients(int block) const;
  void OfferSumsToInputs();
  Completed CompletedInputs(const Step& step, int block) const;

  // Of one image, for the profile.
  double InputValues() const { return double(inputs_.size()) * double(layer_.input.size()); }
  double OutputValues() const { return double(layer_.output.size()); }
  double GradientValues() const { return double(consumers_.size()) * OutputValues(); }

 private:
  const Layer& layer_;
  const std::vector<CpuLayer*> inputs_;
  const bool wants_input_gradient_;
  std::vector<CpuLayer*> consumers_;
  Buffer output_;                    // [block][...]: a convolution's z, others' activation
  float* input_gradient_ = nullptr;  // with respect to the (summed) input
};

}  // namespace genet
