#include "genet/kernels/dense.h"
#include "genet/kernels/floats.h"
#include "genet/kernels/layers_for_bench.h"

namespace genet::kernels {
namespace {

constexpr size_t kBlocks = 8;  // a batch of 128 images

double Operations(const DenseForBench& layer) {
  return 2.0 * double(layer.inputs * layer.outputs * kBlocks * kBlock);
}

struct Memory {
  explicit Memory(const DenseForBench& layer) {
    RandomStream stream(RandomKey(1));
    weights = RandomFloats(stream, layer.inputs * layer.outputs);
    bias = RandomFloats(stream, layer.outputs);
    x = RandomFloats(stream, kBlocks * layer.inputs * kBlock);
    y = RandomFloats(stream, kBlocks * layer.outputs * kBlock);
    inputs = {x.data(), layer.inputs, layer.inputs * kBlock};
    outputs = {y.data(), layer.outputs, layer.outputs * kBlock};
  }
  Floats weights{0}, bias{0}, x{0}, y{0};
  DenseBlocks inputs, outputs;
};

void ForwardBench(benchmark::State& state, const DenseForBench& layer) {
  Memory memory(layer);
  const BlockProduct product{memory.weights.data(), layer.inputs, 1, memory.bias.data(), true};
  for (auto _ : state) {
    MultiplyBlocks(product, 0, layer.outputs, memory.inputs, kBlocks, memory.y.data(),
                   layer.outputs * kBlock);
  }
  CountOperations(state, Operations(layer));
}

void InputGradientBench(benchmark::State& state, const DenseForBench& layer) {
  Memory memory(layer);
  const BlockProduct product{memory.weights.data(), 1, layer.inputs, nullptr, false};
  for (auto _ : state) {
    MultiplyBlocks(product, 0, layer.inputs, memory.outputs, kBlocks, memory.x.data(),
                   layer.inputs * kBlock);
  }
  CountOperations(state, Operations(layer));
}

void WeightGradientBench(benchmark::State& state, const DenseForBench& layer) {
  Memory memory(layer);
  for (auto _ : state) {
    WeightGradient(memory.outputs, memory.inputs, kBlocks, 0, layer.outputs, memory.weights.data());
  }
  CountOperations(state, Operations(layer));
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const DenseForBench& layer : kDenseForBench) {
    const auto add = [&](const char* what, auto bench) {
      benchmark::RegisterBenchmark((what + layer.text()).c_str(), bench, layer);
    };
    add("dense_forward/", ForwardBench);
    add("dense_input_gradient/", InputGradientBench);
    add("dense_weight_gradient/", WeightGradientBench);
  }
  return true;
}();

}  // namespace
}  // namespace genet::kernels
