#include "genet/kernels/floats.h"
#include "genet/kernels/layers_for_bench.h"
#include "genet/kernels/pooling.h"

namespace genet::kernels {
namespace {

struct Memory {
  explicit Memory(const PoolShape& shape)
      : inputs(size_t(shape.channels) * shape.height * shape.width * kBlock),
        outputs(size_t(shape.channels) * shape.out_height * shape.out_width * kBlock),
        scratch(PoolScratchFloats(shape)) {
    RandomStream stream(RandomKey(1));
    input = RandomFloats(stream, inputs), output = RandomFloats(stream, outputs);
    scale = RandomFloats(stream, shape.channels), shift = RandomFloats(stream, shape.channels);
    source = {input.data(), scale.data(), shift.data()};
    gradient = {output.data()};
  }
  size_t inputs, outputs;
  Floats scratch, input{0}, output{0}, scale{0}, shift{0};
  Source source, gradient;
};

void ForwardBench(benchmark::State& state, const PoolShape& shape) {
  Memory memory(shape);
  Floats output(memory.outputs);
  for (auto _ : state) {
    PoolForward(shape, {&memory.source, 1}, output.data(), memory.scratch.data());
  }
  CountValues(state, double(memory.inputs + memory.outputs));
}

void BackwardBench(benchmark::State& state, const PoolShape& shape) {
  Memory memory(shape);
  Floats input_gradient(memory.inputs);
  for (auto _ : state) {
    PoolBackward(shape, {&memory.source, 1}, {&memory.gradient, 1}, input_gradient.data(),
                 memory.scratch.data());
  }
  CountValues(state, double(2 * memory.inputs + memory.outputs));
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const PoolForBench& layer : kPoolsForBench) {
    const std::string kind = layer.shape.average ? "/average/" : "/maximum/";
    benchmark::RegisterBenchmark(("pool_forward" + kind + layer.text()).c_str(), ForwardBench,
                                 layer.shape);
    benchmark::RegisterBenchmark(("pool_backward" + kind + layer.text()).c_str(), BackwardBench,
                                 layer.shape);
  }
  return true;
}();

}  // namespace
}  // namespace genet::kernels
