// A fully-connected layer, with a ReLU behind it or as the last one, which gives the logits.
#pragma once

#include "genet/engine/cpu/layer.h"
#include "genet/engine/engine.h"

namespace genet {

class FullyConnectedLayer final : public CpuLayer {
 public:
  FullyConnectedLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks);

  void Forward(Step& step) override;
  void Backward(Step& step) override;
  // Of the last layer: the batch's loss, and its gradient times `factor`; none if that is 0.
  // `logits` [image][class] are filled if not empty.
  BatchResult Loss(Step& step, const Batch& batch, double factor, std::span<float> logits);

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
