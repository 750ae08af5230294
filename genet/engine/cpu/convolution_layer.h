// What convolutions have in common, whatever their kernels: weights, batch normalisation, and the
// gradient through it.
#pragma once

#include "genet/engine/cpu/batch_norm.h"
#include "genet/engine/cpu/layer.h"

namespace genet {

class ConvolutionLayer : public CpuLayer {
 public:
  ConvolutionLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks, bool winograd);

  static kernels::ConvolutionShape ShapeOf(const Layer& layer, bool winograd);

  void Forward(Step& step) final;
  void Backward(Step& step) final;

  std::vector<Parameter*> Parameters() override { return {&weight_, &bn_.scale, &bn_.shift}; }
  void ForEachTensor(const TensorVisitor& visit) override;
  size_t floats() const override { return CpuLayer::floats() + bn_.sums.size(); }

  kernels::Source Activation(int block) const override {
    return {Output(block), bn_.apply_scale.data(), bn_.apply_shift.data()};
  }

 protected:
  const kernels::ConvolutionShape& shape() const { return shape_; }
  const Parameter& weight() const { return weight_; }
  ConvolutionGradient GradientOf(const Step& step, int block) const;
  // Sums over pixels of one block, as BatchNorm takes them.
  float* BlockSums(int block) {
    return bn_.sums.data() + size_t(block) * shape_.out_channels * 2 * kernels::kBlock;
  }
  float* InputGradientIfWanted(int block) {
    return wants_input_gradient() ? InputGradient(block) : nullptr;
  }

  virtual const char* ForwardName() const = 0;  // for the profile
  virtual const char* BackwardName() const = 0;
  // Fills the output and, in training, the sums of z and z^2.
  virtual void Convolve(Step& step) = 0;
  // Adds to `weight_gradient`, which is 0, and fills the input gradient where it is wanted.
  virtual void ConvolveBack(Step& step, std::vector<float>& weight_gradient) = 0;
  // Whether a consumer takes the sums of the gradient.
  virtual bool sums_taken() const { return false; }

 private:
  double ForwardFlops() const { return 2.0 * double(weight_.value.size()) * output_pixels(); }
  void SumGradient(Step& step);

  const kernels::ConvolutionShape shape_;
  Parameter weight_;
  BatchNorm bn_;
};

}  // namespace genet
