#include "genet/kernels/dense.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "genet/kernels/dense_workload.h"
#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

TEST(MultiplyBlocks, IsThePlainMatrixProduct) {
  for (const ProductWorkload& work : ProductWorkloads()) {
    SCOPED_TRACE(work.text());
    ExpectOnEveryTarget(
        {{"output", plain::Multiply(work.product(), work.rows, work.inputs(), work.blocks),
          kTolerance}},
        [&] { return work.Run(); });
    if (HasFailure()) return;
  }
}

TEST(WeightGradient, SumsBlocksAndImages) {
  for (const WeightGradientWorkload& work : WeightGradientWorkloads()) {
    SCOPED_TRACE(work.text());
    plain::Values want(work.outputs * work.inputs, 0.0);
    for (size_t b = 0; b < work.blocks; ++b) {
      for (size_t o = 0; o < work.outputs; ++o) {
        for (size_t i = 0; i < work.inputs; ++i) {
          for (size_t image = 0; image < kBlock; ++image) {
            want[o * work.inputs + i] +=
                double(work.y[b * work.output_stride + o * kBlock + image]) *
                double(work.x[b * work.input_stride + i * kBlock + image]);
          }
        }
      }
    }
    ExpectOnEveryTarget({{"gradient", want, kTolerance}}, [&] { return work.Run(); });
    if (HasFailure()) return;
  }
}

// MultiplyBlocks forward; its transposed and WeightGradient back.
TEST(Dense, GradientsAreTheCentralDifferences) {
  constexpr size_t kOutputs = 5, kInputs = 7;
  RandomStream stream(RandomKey(33));
  const Floats weights = RandomFloats(stream, kOutputs * kInputs);
  const Floats input = RandomFloats(stream, kInputs * kBlock);
  const Floats r = RandomFloats(stream, kOutputs * kBlock);
  plain::Values w = weights.Doubles(), x = input.Doubles();
  const auto loss = [&] {
    double sum = 0;
    for (size_t o = 0; o < kOutputs; ++o) {
      for (size_t i = 0; i < kInputs; ++i) {
        for (size_t image = 0; image < kBlock; ++image) {
          sum += double(r[o * kBlock + image]) * w[o * kInputs + i] * x[i * kBlock + image];
        }
      }
    }
    return sum;
  };
  const auto differences = [&](plain::Values& values) {
    constexpr double kStep = 1e-4;  // any: the loss is linear in each value
    plain::Values result;
    for (double& value : values) {
      const double before = value;
      value = before + kStep;
      const double above = loss();
      value = before - kStep;
      result.push_back((above - loss()) / (2 * kStep));
      value = before;
    }
    return result;
  };
  const std::vector<Expected> expected = {{"weights", differences(w), kTolerance},
                                          {"input", differences(x), kTolerance}};
  ExpectOnEveryTarget(expected, [&] {
    std::vector<Floats> results;
    results.emplace_back(kOutputs * kInputs);
    results.emplace_back(kInputs * kBlock);
    WeightGradient({r.data(), kOutputs, kOutputs * kBlock},
                   {input.data(), kInputs, kInputs * kBlock}, 1, 0, kOutputs, results[0].data());
    const BlockProduct back{.matrix = weights.data(), .row_stride = 1, .column_stride = kInputs};
    MultiplyBlocks(back, 0, kInputs, {r.data(), kOutputs, kOutputs * kBlock}, 1, results[1].data(),
                   kInputs * kBlock);
    return results;
  });
}

}  // namespace
}  // namespace genet::kernels
