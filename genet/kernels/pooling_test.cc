#include "genet/kernels/pooling.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/pooling_workload.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

void ExpectPlainPooling(bool average, double tolerance) {
  for (const PoolingWorkload& work : PoolingWorkloads(average)) {
    SCOPED_TRACE(work.text());
    const PoolShape& shape = work.shape();
    const plain::Values values = plain::Sum(work.Input(), shape.channels, work.pixels());
    const plain::Values gradients = plain::Sum(work.Gradients(), shape.channels, work.outputs());
    ExpectOnEveryTarget({{"output", plain::Pool(shape, values), tolerance},
                         {"gradient", plain::PoolGradient(shape, values, gradients), tolerance}},
                        [&] { return work.Run(); });
    if (testing::Test::HasFailure()) return;
  }
}

TEST(MaximumPooling, IsExactlyThePlainOneTiesIncluded) { ExpectPlainPooling(false, 0); }

TEST(AveragePooling, IsThePlainOne) { ExpectPlainPooling(true, kTolerance); }

TEST(MaximumPooling, GivesTheGradientToTheFirstOfEqualValues) {
  const PoolShape shape{1, 2, 2, 1, 1, 2, 2, false};
  // Image 0: all equal; 1: the last two; 2: the second and the third; others: 0.
  Floats input(4 * kBlock, 0.0f), gradient(kBlock, 1.0f);
  const float values[3][4] = {{2, 2, 2, 2}, {0, 1, 3, 3}, {-4, -1, -1, -2}};
  for (int image = 0; image < 3; ++image) {
    for (int pixel = 0; pixel < 4; ++pixel) input[pixel * kBlock + image] = values[image][pixel];
  }
  const Source source{input.data()}, gradient_source{gradient.data()};
  ForEachTarget([&](const std::string&) {
    Floats result(4 * kBlock), scratch(PoolScratchFloats(shape));
    PoolBackward(shape, {&source, 1}, {&gradient_source, 1}, result.data(), scratch.data());
    constexpr int kFirst[3] = {0, 2, 1};
    for (int image = 0; image < 3; ++image) {
      for (int pixel = 0; pixel < 4; ++pixel) {
        EXPECT_EQ(result[pixel * kBlock + image], pixel == kFirst[image] ? 1.0f : 0.0f)
            << image << " " << pixel;
      }
    }
  });
}

TEST(AveragePooling, DividesAClippedWindowByItsPixels) {
  const PoolShape shape{1, 1, 3, 1, 2, 2, 2, true};
  Floats input(3 * kBlock, 0.0f);
  for (size_t i = 0; i < kBlock; ++i) {
    input[i] = 1, input[kBlock + i] = 3, input[2 * kBlock + i] = 5;
  }
  const Source source{input.data()};
  ForEachTarget([&](const std::string&) {
    Floats result(2 * kBlock), scratch(PoolScratchFloats(shape));
    PoolForward(shape, {&source, 1}, result.data(), scratch.data());
    for (size_t i = 0; i < kBlock; ++i) {
      EXPECT_EQ(result[i], 2);
      EXPECT_EQ(result[kBlock + i], 5);
    }
  });
}

TEST(Pooling, GradientsAreTheCentralDifferences) {
  for (const PoolShape& shape :
       {PoolShape{3, 5, 7, 3, 4, 2, 2, false}, PoolShape{2, 6, 5, 3, 2, 3, 2, false},
        PoolShape{3, 5, 7, 3, 4, 2, 2, true}, PoolShape{1, 8, 8, 1, 1, 8, 8, true}}) {
    SCOPED_TRACE(fmt::format("{}x{}, kernel {}, stride {}, {}", shape.height, shape.width,
                             shape.kernel, shape.stride, shape.average ? "average" : "maximum"));
    RandomStream stream(RandomKey(23));
    const Floats input =
        RandomFloats(stream, size_t(shape.channels) * shape.height * shape.width * kBlock);
    const Floats r =
        RandomFloats(stream, size_t(shape.channels) * shape.out_height * shape.out_width * kBlock);
    plain::Values x = input.Doubles(), differences(x.size());
    const auto loss = [&] {
      const plain::Values y = plain::Pool(shape, x);
      double sum = 0;
      for (size_t i = 0; i < y.size(); ++i) sum += y[i] * double(r[i]);
      return sum;
    };
    // Exact up to rounding: pooling is linear between ties, and no two values are this close.
    constexpr double kStep = 1e-7;
    for (size_t i = 0; i < x.size(); i += 5) {
      const double value = x[i];
      x[i] = value + kStep;
      const double above = loss();
      x[i] = value - kStep;
      differences[i] = (above - loss()) / (2 * kStep);
      x[i] = value;
    }
    const Source source{input.data()}, gradient_source{r.data()};
    ForEachTarget([&](const std::string&) {
      Floats result(x.size()), scratch(PoolScratchFloats(shape));
      PoolBackward(shape, {&source, 1}, {&gradient_source, 1}, result.data(), scratch.data());
      for (size_t i = 0; i < x.size(); i += 5) {
        EXPECT_NEAR(result[i], differences[i], 1e-6) << i;
      }
    });
  }
}

}  // namespace
}  // namespace genet::kernels
