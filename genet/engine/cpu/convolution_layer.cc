#include "genet/engine/cpu/convolution_layer.h"

#include <algorithm>

namespace genet {
namespace {

constexpr int kChannelSlice = 16;  // channels that are one piece of work for a thread

}  // namespace

kernels::ConvolutionShape ConvolutionLayer::ShapeOf(const Layer& layer, bool winograd) {
  return {layer.input.channels,
          layer.output.channels,
          layer.input.height,
          layer.input.width,
          layer.operation.kernel,
          layer.operation.padding,
          winograd && layer.operation.kernel == 3 && layer.operation.padding == 1};
}

ConvolutionLayer::ConvolutionLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks,
                                   bool winograd)
    : CpuLayer(layer, std::move(inputs), blocks),
      shape_(ShapeOf(layer, winograd)),
      weight_(layer, "weight"),
      bn_(layer, blocks) {}

void ConvolutionLayer::ForEachTensor(const TensorVisitor& visit) {
  CpuLayer::ForEachTensor(visit);
  visit(layer().name + ".bn.mean", bn_.scale.shape, bn_.running_mean);
  visit(layer().name + ".bn.variance", bn_.scale.shape, bn_.running_variance);
}

ConvolutionGradient ConvolutionLayer::GradientOf(const Step& step, int block) const {
  ConvolutionGradient gradient;
  for (const kernels::Source& source : OutputGradients(block).list) {
    gradient.from.push_back(source.values);
  }
  gradient.view = {gradient.from.data(),   static_cast<int>(gradient.from.size()),
                   Output(block),          bn_.apply_scale.data(),
                   bn_.apply_shift.data(), bn_.mean.data(),
                   bn_.factor.data(),      bn_.mean_g.data(),
                   bn_.slope.data(),       step.Lanes(block)};
  return gradient;
}

void ConvolutionLayer::Forward(Step& step) {
  {
    const auto timer = step.Measured(ForwardName(), ForwardFlops(), InputValues() + OutputValues());
    Convolve(step);
  }
  if (step.training()) {
    bn_.UseBatch(step.images(), output_pixels());
  } else {
    bn_.UseRunningStatistics();
  }
}

void ConvolutionLayer::Backward(Step& step) {
  if (!sums_taken()) SumGradient(step);
  bn_.Backward(step.images(), output_pixels());
  const bool wanted = wants_input_gradient();
  const auto timer = step.Measured(BackwardName(), (wanted ? 2 : 1) * ForwardFlops(),
                                   InputValues() + GradientValues() + OutputValues() +
                                       (wanted ? double(layer().input.size()) : 0));
  std::fill(weight_.gradient.begin(), weight_.gradient.end(), 0.0f);
  ConvolveBack(step, weight_.gradient);
}

void ConvolutionLayer::SumGradient(Step& step) {
  const auto timer = step.Measured("batch-norm sums", 0, GradientValues() + OutputValues());
  const int channels = shape_.out_channels;
  const int slices = (channels + kChannelSlice - 1) / kChannelSlice;
  step.team.Run(step.blocks() * slices, [&](int index, int) {
    const int block = index / slices, begin = index % slices * kChannelSlice;
    kernels::NormalisationSums(GradientOf(step, block).view, begin,
                               std::min(channels, begin + kChannelSlice), output_pixels(),
                               BlockSums(block));
  });
}

}  // namespace genet
