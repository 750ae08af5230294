#include "genet/kernels/pooling.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "genet/kernels/completed_for_test.h"
#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

// Ceil mode: the last window may leave the image, but not begin outside of it.
int CeilOutputs(int size, int kernel, int stride) {
  const int outputs = (std::max(0, size - kernel) + stride - 1) / stride + 1;
  return (outputs - 1) * stride >= size ? outputs - 1 : outputs;
}

std::vector<PoolShape> Shapes(bool average) {
  constexpr int kChannels[] = {1, 3, 4, 5, 8, 9, 16, 17};
  std::vector<PoolShape> shapes;
  for (const int width : {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 32, 33}) {
    for (const auto& [kernel, stride] : {std::pair{2, 2}, std::pair{3, 2}, std::pair{3, 1},
                                         std::pair{1, 1}, std::pair{3, 3}, std::pair{5, 3}}) {
      const int n = static_cast<int>(shapes.size());
      const int height = 1 + n * 5 % 11;
      shapes.push_back({.channels = kChannels[n % 8],
                        .height = height,
                        .width = width,
                        .out_height = CeilOutputs(height, kernel, stride),
                        .out_width = CeilOutputs(width, kernel, stride),
                        .kernel = kernel,
                        .stride = stride,
                        .average = average});
    }
  }
  // The whole image, as before a last fully-connected layer.
  for (const int size : {1, 7, 8}) shapes.push_back({5, size, size, 1, 1, size, size, average});
  return shapes;
}

// Sources in sixteenths, scaled by powers of two: sums are exact in single precision, so that
// maxima, and ties among them, are the same for the plain computation.
struct Input {
  Input(RandomStream& stream, int channels, size_t count, int source_count, unsigned normalised) {
    scale = Floats(channels);
    for (int c = 0; c < channels; ++c) scale[c] = c % 3 == 0 ? -0.5f : c % 3 == 1 ? 1.0f : 2.0f;
    shift = RandomSixteenths(stream, channels);
    for (int s = 0; s < source_count; ++s) {
      values.push_back(RandomSixteenths(stream, count));
      sources.push_back({values.back().data(), nullptr, nullptr});
      if (normalised >> s & 1) sources.back() = {values[s].data(), scale.data(), shift.data()};
    }
  }
  SourceSum sum() const { return {sources.data(), static_cast<int>(sources.size())}; }

  std::vector<Floats> values;
  Floats scale{0}, shift{0};
  std::vector<Source> sources;
};

void ExpectPlainPooling(bool average, double tolerance) {
  RandomStream stream(RandomKey(average ? 21 : 22));
  int n = 0;
  for (const PoolShape& shape : Shapes(average)) {
    SCOPED_TRACE(fmt::format("{} channels of {}x{}, kernel {}, stride {}", shape.channels,
                             shape.height, shape.width, shape.kernel, shape.stride));
    const int pixels = shape.height * shape.width, outputs = shape.out_height * shape.out_width;
    const size_t input_floats = size_t(shape.channels) * pixels * kBlock;
    const size_t output_floats = size_t(shape.channels) * outputs * kBlock;
    ++n;
    const Input input(stream, shape.channels, input_floats, 1 + n % 3, n / 3 % 8);
    const Input gradients(stream, shape.channels, output_floats, 1 + n / 2 % 3, 0);
    const plain::Values values = plain::Sum(input.sum(), shape.channels, pixels);
    const std::vector<Expected> expected = {
        {"output", plain::Pool(shape, values), tolerance},
        {"gradient",
         plain::PoolGradient(shape, values, plain::Sum(gradients.sum(), shape.channels, outputs)),
         tolerance}};
    ExpectOnEveryTarget(expected, [&] {
      std::vector<Floats> results;
      results.emplace_back(output_floats);
      results.emplace_back(input_floats);
      Floats scratch(PoolScratchFloats(shape)), other_scratch(PoolScratchFloats(shape));
      PoolForward(shape, input.sum(), results[0].data(), scratch.data());
      RandomStream completed_stream(RandomKey(7));
      const CompletedForTest completed(completed_stream, shape.channels, pixels, results[1].data(),
                                       false);
      PoolBackward(shape, input.sum(), gradients.sum(), results[1].data(), other_scratch.data(),
                   completed.view());
      completed.ExpectTheSums();
      EXPECT_TRUE(scratch.GuardsHold() && other_scratch.GuardsHold());
      return results;
    });
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
