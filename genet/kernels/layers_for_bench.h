// The layers on which kernels are timed: those of the networks that are trained most (presets iccv,
// transfer and wrn-40 on images of 32x32 pixels), each shape once.
#pragma once

#include <benchmark/benchmark.h>

#include <string>

#include "genet/kernels/convolution.h"
#include "genet/kernels/pooling.h"

namespace genet::kernels {

struct ConvolutionForBench {
  const char* network;
  ConvolutionShape shape;

  std::string text() const {
    return std::string(network) + "/" + std::to_string(shape.in_channels) + "to" +
           std::to_string(shape.out_channels) + "@" + std::to_string(shape.height);
  }
};
inline constexpr ConvolutionForBench kConvolutionsForBench[] = {
    {"iccv", {3, 8, 32, 32}},         {"iccv", {8, 8, 32, 32}},
    {"iccv", {8, 8, 16, 16}},         {"iccv", {8, 16, 8, 8}},
    {"iccv", {16, 16, 8, 8}},         {"transfer", {3, 64, 32, 32}},
    {"transfer", {64, 64, 32, 32}},   {"transfer", {64, 128, 16, 16}},
    {"transfer", {128, 128, 16, 16}}, {"transfer", {128, 256, 8, 8}},
    {"transfer", {256, 256, 8, 8}},   {"wrn-40", {3, 32, 32, 32}},
    {"wrn-40", {32, 32, 32, 32}},     {"wrn-40", {32, 64, 16, 16}},
    {"wrn-40", {64, 64, 16, 16}},     {"wrn-40", {64, 128, 8, 8}},
    {"wrn-40", {128, 128, 8, 8}},
};

struct PoolForBench {
  const char* network;
  PoolShape shape;

  std::string text() const {
    return std::string(network) + "/" + std::to_string(shape.channels) + "@" +
           std::to_string(shape.height);
  }
};
inline constexpr PoolForBench kPoolsForBench[] = {
    {"iccv", {8, 32, 32, 16, 16, 3, 2}},       {"iccv", {8, 16, 16, 8, 8, 3, 2}},
    {"iccv", {16, 8, 8, 4, 4, 3, 2}},          {"transfer", {64, 32, 32, 16, 16, 3, 2}},
    {"transfer", {128, 16, 16, 8, 8, 3, 2}},   {"transfer", {256, 8, 8, 4, 4, 3, 2}},
    {"wrn-40", {128, 8, 8, 1, 1, 8, 8, true}},
};

struct DenseForBench {
  const char* network;
  size_t inputs, outputs;

  std::string text() const {
    return std::string(network) + "/" + std::to_string(inputs) + "to" + std::to_string(outputs);
  }
};
inline constexpr DenseForBench kDenseForBench[] = {{"iccv", 256, 32},
                                                   {"iccv", 32, 10},
                                                   {"transfer", 4096, 1024},
                                                   {"transfer", 1024, 10},
                                                   {"wrn-40", 128, 10}};

// Per iteration; two operations for each multiply-add, as if it were computed directly.
inline void CountOperations(benchmark::State& state, double operations) {
  state.counters["FLOP/s"] =
      benchmark::Counter(operations, benchmark::Counter::kIsIterationInvariantRate);
}
// Values read and written per iteration, each once.
inline void CountValues(benchmark::State& state, double values) {
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * values * sizeof(float)));
}

}  // namespace genet::kernels
