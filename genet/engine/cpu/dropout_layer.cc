#include "genet/engine/cpu/dropout_layer.h"

#include "genet/engine/dropout.h"
#include "genet/kernels/sum_sources.h"

namespace genet {

using kernels::kBlock;

DropoutLayer::DropoutLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks, int index)
    : CpuLayer(layer, std::move(inputs), blocks),
      index_(index),
      mask_(blocks * output_block(), 0.0f) {}

void DropoutLayer::Forward(Step& step) {
  const size_t features = layer().output.size();
  const RandomKey key = step.dropout().Derive(index_);
  const auto timer = step.Measured("dropout forward", 0, InputValues() + OutputValues());
  step.ForEachBlock([&](int block, int) {
    float* out = Output(block);
    kernels::SumSources(Inputs(block).view(), layer().input.channels, input_pixels(), out);
    if (!step.training()) return;
    float* mask = mask_.data() + block * output_block();
    for (size_t lane = 0; lane < kBlock; ++lane) {
      DrawDropoutMask(key, layer().operation.rate, features, block * kBlock + lane, kBlock,
                      mask + lane);
    }
    for (size_t i = 0; i < output_block(); ++i) out[i] *= mask[i];
  });
}

void DropoutLayer::Backward(Step& step) {
  if (!wants_input_gradient()) return;
  const auto timer = step.Measured("dropout backward", 0, GradientValues() + OutputValues());
  step.ForEachBlock([&](int block, int) {
    float* to = InputGradient(block);
    const float* mask = mask_.data() + block * output_block();
    kernels::SumSources(OutputGradients(block).view(), layer().output.channels, output_pixels(),
                        to);
    for (size_t i = 0; i < output_block(); ++i) to[i] *= mask[i];
  });
}

}  // namespace genet
