#include "genet/kernels/convolution_workload.h"
#include "genet/kernels/layers_for_bench.h"
#include "genet/kernels/normalisation.h"

namespace genet::kernels {
namespace {

void SumsBench(benchmark::State& state, const ConvolutionShape& shape) {
  const ConvolutionWorkload work({.shape = shape, .gradients = 2}, 1);
  Floats sums(size_t(shape.out_channels) * 2 * kBlock);
  const NormalisedGradient gradient = work.Gradient(*work.blocks()[0]);
  for (auto _ : state) {
    NormalisationSums(gradient, 0, shape.out_channels, work.output_pixels(), sums.data());
  }
  CountValues(state, 3.0 * shape.out_channels * work.output_pixels() * kBlock);
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const ConvolutionForBench& layer : kConvolutionsForBench) {
    if (layer.shape.in_channels != layer.shape.out_channels) continue;
    benchmark::RegisterBenchmark(("normalisation_sums/" + layer.text()).c_str(), SumsBench,
                                 layer.shape);
  }
  return true;
}();

}  // namespace
}  // namespace genet::kernels
