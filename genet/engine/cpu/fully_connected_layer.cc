#include "genet/engine/cpu/fully_connected_layer.h"

#include <algorithm>

#include "genet/kernels/dense.h"
#include "genet/kernels/sum_sources.h"

namespace genet {
namespace {

using kernels::kBlock;

// Rows of a matrix that are one piece of work for a thread: of small ones few, so that all threads
// have some.
size_t RowSlice(size_t rows) { return rows >= 512 ? 64 : 16; }

}  // namespace

FullyConnectedLayer::FullyConnectedLayer(const Layer& layer, std::vector<CpuLayer*> inputs,
                                         int blocks)
    : CpuLayer(layer, std::move(inputs), blocks),
      weight_(layer, "weight"),
      bias_(layer, "bias"),
      plain_input_(blocks * input_block()),
      output_gradient_(blocks * output_block()) {}

void FullyConnectedLayer::Forward(Step& step) {
  const size_t outputs = layer().output.size(), width = layer().input.size();
  const auto timer = step.Measured("fully-connected forward", ForwardFlops(),
                                   InputValues() + OutputValues(), weight_.value.size());
  step.ForEachBlock([&](int block, int) {
    kernels::SumSources(Inputs(block).view(), layer().input.channels, input_pixels(),
                        PlainInput(block));
  });
  step.Share(outputs, RowSlice(outputs), [&](size_t begin, size_t end) {
    kernels::MultiplyBlocks(
        {weight_.value.data(), width, 1, bias_.value.data(), layer().operation.relu}, begin, end,
        {plain_input_.data(), width, input_block()}, step.blocks(), Output(0), output_block());
  });
}

void FullyConnectedLayer::Backward(Step& step) {
  const size_t outputs = layer().output.size(), width = layer().input.size();
  const bool wanted = wants_input_gradient();
  const int products = wanted ? 2 : 1;
  const auto timer = step.Measured("fully-connected backward", products * ForwardFlops(),
                                   GradientValues() + double(outputs + products * width),
                                   products * weight_.value.size());
  step.ForEachBlock([&](int block, int) { FormOutputGradient(step, block); });
  if (wanted) {
    step.Share(width, RowSlice(width), [&](size_t begin, size_t end) {
      kernels::MultiplyBlocks({weight_.value.data(), 1, width, nullptr, false}, begin, end,
                              {output_gradient_.data(), outputs, output_block()}, step.blocks(),
                              InputGradient(0), input_block());
    });
  }
  step.Share(outputs, RowSlice(outputs), [&](size_t begin, size_t end) {
    kernels::WeightGradient({output_gradient_.data(), outputs, output_block()},
                            {plain_input_.data(), width, input_block()}, step.blocks(), begin, end,
                            weight_.gradient.data());
  });
  SumBias(step);
}

// Through the ReLU.
void FullyConnectedLayer::FormOutputGradient(const Step& step, int block) {
  float* gradient = OutputGradient(block);
  kernels::SumSources(OutputGradients(block).view(), layer().output.channels, 1, gradient);
  const float* output = Output(block);
  const float* lanes = step.Lanes(block);
  for (size_t i = 0; i < output_block(); ++i) {
    if (lanes[i % kBlock] == 0.0f || (layer().operation.relu && output[i] <= 0)) gradient[i] = 0;
  }
}

void FullyConnectedLayer::SumBias(const Step& step) {
  for (size_t o = 0; o < bias_.gradient.size(); ++o) {
    double sum = 0;
    for (int block = 0; block < step.blocks(); ++block) {
      const float* gradient = OutputGradient(block) + o * kBlock;
      for (size_t lane = 0; lane < kBlock; ++lane) sum += gradient[lane];
    }
    bias_.gradient[o] = static_cast<float>(sum);
  }
}

}  // namespace genet
