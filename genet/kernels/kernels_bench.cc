// The program genet_kernels_bench: Google Benchmark's flags, and GENET_TARGET in the environment
// names the SIMD target, as it does for genet.
#include <benchmark/benchmark.h>
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <cstdlib>

#include "genet/kernels/target.h"

int main(int argc, char** argv) {
  if (const char* target = std::getenv("GENET_TARGET");
      target != nullptr && !genet::kernels::PinTarget(target)) {
    fmt::print(stderr, "genet_kernels_bench: GENET_TARGET: this machine has no '{}'; it has {}\n",
               target, fmt::join(genet::kernels::SupportedTargets(), ", "));
    return 2;
  }
  benchmark::AddCustomContext("target", genet::kernels::TargetName());
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
