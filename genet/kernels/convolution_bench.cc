#include "genet/kernels/convolution.h"
#include "genet/kernels/convolution_workload.h"
#include "genet/kernels/layers_for_bench.h"

namespace genet::kernels {
namespace {

double Operations(const ConvolutionShape& shape) {
  return 2.0 * double(shape.weights()) * shape.out_height() * shape.out_width() * kBlock;
}

ConvolutionWorkload Workload(const ConvolutionShape& shape) {
  return ConvolutionWorkload({.shape = shape, .normalised = 1}, 1);
}

void ForwardBench(benchmark::State& state, const ConvolutionAlgorithm& algorithm,
                  const ConvolutionShape& shape) {
  ThreadTeam team(1);
  const ConvolutionWorkload work = Workload(shape);
  const ConvolutionSizes sizes = algorithm.sizes(shape, 1);
  Floats packed(sizes.packed), scratch(sizes.scratch);
  Floats output(size_t(shape.out_channels) * work.output_pixels() * kBlock);
  Floats sums(size_t(shape.out_channels) * 2 * kBlock);
  algorithm.pack(shape, work.weights().data(), false, packed.data(), team);
  for (auto _ : state) {
    algorithm.forward({.shape = shape,
                       .input = work.blocks()[0]->input(),
                       .packed_weights = packed.data(),
                       .output = output.data(),
                       .sums = sums.data(),
                       .scratch = scratch.data()},
                      team);
  }
  CountOperations(state, Operations(shape));
  state.SetLabel(algorithm.name);
}

void BackwardBench(benchmark::State& state, const ConvolutionAlgorithm& algorithm,
                   const ConvolutionShape& shape) {
  ThreadTeam team(1);
  const ConvolutionWorkload work = Workload(shape);
  const ConvolutionSizes sizes = algorithm.sizes(shape, 1);
  Floats packed(sizes.packed_transposed), scratch(sizes.scratch), sums(sizes.weight_sums);
  Floats input_gradient(size_t(shape.in_channels) * shape.height * shape.width * kBlock);
  algorithm.pack(shape, work.weights().data(), true, packed.data(), team);
  for (auto _ : state) {
    algorithm.backward({.shape = shape,
                        .input = work.blocks()[0]->input(),
                        .output = work.Gradient(*work.blocks()[0]),
                        .packed_transposed_weights = packed.data(),
                        .input_gradient = input_gradient.data(),
                        .weight_sums = sums.data(),
                        .first = true,
                        .scratch = scratch.data()},
                       team);
  }
  CountOperations(state, 2 * Operations(shape));
  state.SetLabel(algorithm.name);
}

void PackBench(benchmark::State& state, const ConvolutionAlgorithm& algorithm,
               const ConvolutionShape& shape) {
  ThreadTeam team(1);
  const ConvolutionWorkload work = Workload(shape);
  Floats packed(algorithm.sizes(shape, 1).packed);
  for (auto _ : state) {
    algorithm.pack(shape, work.weights().data(), false, packed.data(), team);
  }
  CountValues(state, double(work.weights().size() + packed.size()));
  state.SetLabel(algorithm.name);
}

void ReduceBench(benchmark::State& state, const ConvolutionAlgorithm& algorithm,
                 const ConvolutionShape& shape) {
  ThreadTeam team(1);
  const Floats sums(algorithm.sizes(shape, 1).weight_sums, 0.5f);
  Floats gradient(shape.weights());
  for (auto _ : state) algorithm.reduce(shape, sums.data(), gradient.data(), team);
  CountValues(state, double(sums.size() + gradient.size()));
  state.SetLabel(algorithm.name);
}

[[maybe_unused]] const bool kRegistered = [] {
  for (const ConvolutionForBench& layer : kConvolutionsForBench) {
    for (const bool every_product : {false, true}) {
      // Direct arithmetic is for narrow layers; on wide ones it takes long and tells nothing new.
      if (every_product && layer.network != std::string("iccv")) continue;
      const ConvolutionAlgorithm& algorithm = ChooseConvolution(layer.shape, every_product);
      // A layer keeps its names when another algorithm takes it: the label says which one does.
      const std::string name = layer.text() + (every_product ? "/direct" : "");
      const auto add = [&](const char* what, auto bench) {
        benchmark::RegisterBenchmark((what + name).c_str(), bench, algorithm, layer.shape);
      };
      add("convolution_forward/", ForwardBench);
      add("convolution_backward/", BackwardBench);
      add("convolution_pack/", PackBench);
      add("convolution_reduce/", ReduceBench);
    }
  }
  return true;
}();

}  // namespace
}  // namespace genet::kernels
