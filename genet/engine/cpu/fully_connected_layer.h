// A fully-connected layer, with or without a ReLU behind it.
#pragma once

#include "genet/engine/cpu/layer.h"

namespace genet {

class FullyConnectedLayer final : public CpuLayer {
 public:
  FullyConnectedLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks);

  void Forward(Step& step) override;
  void Backward(Step& step) override;

  std::vector<Parameter*> Parameters() override { return {&weight_, &bias_}; }
  size_t floats() const override {
    return CpuLayer::floats() + plain_input_.size() + output_gradient_.size();
  }

 private:
  double ForwardFlops() const { return 2.0 * double(weight_.value.size()); }
  float* PlainInput(int block) { return plain_input_.data() + block * input_block(); }
  float* OutputGradient(int block) { return output_gradient_.data() + block * output_block(); }
  void FormOutputGradient(const Step& step, int block);
  void SumBias(const Step& step);

  Parameter weight_, bias_;
  Buffer plain_input_, output_gradient_;
};

}  // namespace genet
