#include <gtest/gtest.h>

#include <cmath>

#include "genet/data/data_set.h"

namespace genet {
namespace {

TEST(MeasureChannels, AgreesWithPlainSums) {
  std::vector<uint8_t> bytes(5 * 2 * 7 * 3);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * i * 31 + 250);
  std::vector<const uint8_t*> pixels;
  for (int i = 0; i < 5; ++i) pixels.push_back(bytes.data() + i * 42);
  const ImageList images(2, 7, 3, pixels, std::vector<int32_t>(5), nullptr);
  const ChannelStatistics statistics = MeasureChannels(images);
  for (int c = 0; c < 2; ++c) {
    double sum = 0, squares = 0;
    for (int i = 0; i < 5; ++i) {
      for (int p = 0; p < 21; ++p) sum += pixels[i][c * 21 + p] / 255.0;
    }
    const double mean = sum / 105;
    for (int i = 0; i < 5; ++i) {
      for (int p = 0; p < 21; ++p) squares += std::pow(pixels[i][c * 21 + p] / 255.0 - mean, 2);
    }
    EXPECT_NEAR(statistics.mean[c], mean, 1e-13);
    EXPECT_NEAR(statistics.deviation[c], std::sqrt(squares / 105), 1e-13);
  }
}

TEST(MeasureChannels, LargestImagesDoNotOverflow) {
  const std::vector<uint8_t> white(1000 * 1000, 255);
  const ImageList images(1, 1000, 1000, {white.data(), white.data()}, {0, 0}, nullptr);
  EXPECT_EQ(MeasureChannels(images).mean[0], 1.0);
  EXPECT_EQ(MeasureChannels(images).deviation[0], 0.0);
}

}  // namespace
}  // namespace genet
