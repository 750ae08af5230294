#include "genet/engine/cpu/pool_layer.h"

namespace genet {

PoolLayer::PoolLayer(const Layer& layer, std::vector<CpuLayer*> inputs, int blocks, bool average,
                     Step& step)
    : CpuLayer(layer, std::move(inputs), blocks),
      shape_{.channels = layer.input.channels,
             .height = layer.input.height,
             .width = layer.input.width,
             .out_height = layer.output.height,
             .out_width = layer.output.width,
             .kernel = layer.operation.kernel,
             .stride = layer.operation.stride,
             .average = average} {
  step.ReserveScratch(step.team.size(), kernels::PoolScratchFloats(shape_));
}

void PoolLayer::Forward(Step& step) {
  const auto timer = step.Measured("pooling forward", 0, InputValues() + OutputValues());
  step.ForEachBlock([&](int block, int thread) {
    kernels::PoolForward(shape_, Inputs(block).view(), Output(block), step.scratch[thread].data());
  });
}

void PoolLayer::Backward(Step& step) {
  if (!wants_input_gradient()) return;
  const auto timer = step.Measured("pooling backward", 0,
                                   InputValues() + GradientValues() + double(layer().input.size()));
  step.ForEachBlock([&](int block, int thread) {
    kernels::PoolBackward(shape_, Inputs(block).view(), OutputGradients(block).view(),
                          InputGradient(block), step.scratch[thread].data(),
                          CompletedInputs(step, block).view());
  });
}

}  // namespace genet
