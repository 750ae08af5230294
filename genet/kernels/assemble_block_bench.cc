#include "genet/kernels/assemble_block.h"
#include "genet/kernels/floats.h"
#include "genet/kernels/layers_for_bench.h"

namespace genet::kernels {
namespace {

void AssembleBench(benchmark::State& state, int channels, int pixels) {
  const std::vector<uint8_t> bytes(kBlock * channels * pixels, 7);
  const uint8_t* images[kBlock];
  for (size_t i = 0; i < kBlock; ++i) images[i] = bytes.data() + i * channels * pixels;
  const Floats scale(channels, 0.5f), offset(channels, -1.0f);
  Floats block(bytes.size());
  for (auto _ : state) {
    AssembleBlock(images, channels, pixels, scale.data(), offset.data(), block.data());
  }
  CountValues(state, 1.25 * double(bytes.size()));
}

BENCHMARK_CAPTURE(AssembleBench, all, 3, 32 * 32)->Name("assemble/all/3@32");

}  // namespace
}  // namespace genet::kernels
