#include "genet/data/contrast.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "genet/base/random.h"

namespace genet {
namespace {

// The definition, pixel by pixel in double precision, without separating the window.
std::vector<double> PlainContrast(const std::vector<uint8_t>& pixels, int channels, int height,
                                  int width) {
  const size_t plane = size_t(height) * width;
  double mean = 0, variance = 0;
  for (const uint8_t p : pixels) mean += p;
  mean /= static_cast<double>(pixels.size());
  for (const uint8_t p : pixels) variance += (p - mean) * (p - mean);
  const double deviation = std::max(std::sqrt(variance / static_cast<double>(pixels.size())), 1e-8);
  double weights = 0;
  for (int y = -3; y <= 3; ++y) {
    for (int x = -3; x <= 3; ++x) weights += std::exp(-(x * x + y * y) / 8.0);
  }
  const auto window = [&](const std::vector<double>& values, int row, int column) {
    double sum = 0;
    for (int y = std::max(0, row - 3); y <= std::min(height - 1, row + 3); ++y) {
      for (int x = std::max(0, column - 3); x <= std::min(width - 1, column + 3); ++x) {
        const int dy = y - row, dx = x - column;
        sum += std::exp(-(dx * dx + dy * dy) / 8.0) / weights * values[size_t(y) * width + x];
      }
    }
    return sum;
  };
  std::vector<double> result;
  for (int c = 0; c < channels; ++c) {
    std::vector<double> values(plane), squares(plane), local(plane);
    for (size_t i = 0; i < plane; ++i) values[i] = (pixels[c * plane + i] - mean) / deviation;
    std::vector<double> centred(plane);
    for (size_t i = 0; i < plane; ++i) {
      centred[i] = values[i] - window(values, int(i) / width, int(i) % width);
      squares[i] = centred[i] * centred[i];
    }
    double total = 0;
    for (size_t i = 0; i < plane; ++i) {
      local[i] = std::sqrt(window(squares, int(i) / width, int(i) % width));
      total += local[i];
    }
    for (size_t i = 0; i < plane; ++i) {
      result.push_back(centred[i] / std::max({local[i], total / static_cast<double>(plane), 1e-4}));
    }
  }
  return result;
}

TEST(ContrastNormaliser, IsItsDefinition) {
  for (const auto& [height, width] : {std::pair{32, 32}, {5, 9}, {2, 1}}) {
    std::vector<uint8_t> pixels(size_t(3) * height * width);
    RandomStream stream(RandomKey(5));
    for (uint8_t& pixel : pixels) pixel = static_cast<uint8_t>(stream.Below(256));
    pixels[0] = 255;
    ContrastNormaliser normaliser(3, height, width);
    std::vector<float> values(pixels.size());
    normaliser.Normalise(pixels, std::span<float>(values));
    std::vector<uint8_t> bytes(pixels.size());
    normaliser.Normalise(pixels, std::span<uint8_t>(bytes));
    const std::vector<double> want = PlainContrast(pixels, 3, height, width);
    for (size_t i = 0; i < pixels.size(); ++i) {
      ASSERT_NEAR(values[i], want[i], 2e-5) << i;
      ASSERT_NEAR((bytes[i] - 128) / kContrastSteps, want[i], 0.5 / kContrastSteps + 2e-5);
    }
  }
}

TEST(ContrastNormaliser, HoldsItsBoundAndKeepsAConstantImageAtZero) {
  ContrastNormaliser normaliser(1, 32, 32);
  std::vector<uint8_t> pixels(1024, 0);
  pixels[16 * 32 + 16] = 255;  // one bright pixel is the extreme case
  std::vector<float> values(1024);
  normaliser.Normalise(pixels, std::span<float>(values));
  for (const float value : values) EXPECT_LT(std::abs(value), 4.63f);
  EXPECT_GT(values[16 * 32 + 16], 4.0f);
  std::vector<uint8_t> bytes(1024);
  normaliser.Normalise(pixels, std::span<uint8_t>(bytes));
  EXPECT_NEAR(bytes[16 * 32 + 16], 128 + 27 * values[16 * 32 + 16], 0.51);
  std::fill(pixels.begin(), pixels.end(), uint8_t{77});
  normaliser.Normalise(pixels, std::span<uint8_t>(bytes));
  EXPECT_EQ(bytes, std::vector<uint8_t>(1024, 128));
}

}  // namespace
}  // namespace genet
