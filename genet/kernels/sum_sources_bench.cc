#include "genet/kernels/floats.h"
#include "genet/kernels/layers_for_bench.h"
#include "genet/kernels/sum_sources.h"

namespace genet::kernels {
namespace {

// The input of a fully-connected layer from a pool.
void SumBench(benchmark::State& state, int channels, int pixels) {
  RandomStream stream(RandomKey(1));
  const Floats values = RandomFloats(stream, size_t(channels) * pixels * kBlock);
  Floats sum(values.size());
  const Source source = {values.data()};
  for (auto _ : state) SumSources({&source, 1}, channels, pixels, sum.data());
  CountValues(state, 2.0 * double(values.size()));
}

BENCHMARK_CAPTURE(SumBench, iccv, 16, 16)->Name("sum_sources/iccv/16@4");
BENCHMARK_CAPTURE(SumBench, transfer, 256, 16)->Name("sum_sources/transfer/256@4");

}  // namespace
}  // namespace genet::kernels
