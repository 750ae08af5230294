#include "genet/engine/assemble.h"

#include <gtest/gtest.h>

#include <numeric>

namespace genet {
namespace {

// One channel of 2 rows and 3 columns, its pixels 1 to 6, as it enters.
std::vector<double> Entering(InputImage image) {
  std::vector<uint8_t> pixels(6);
  std::iota(pixels.begin(), pixels.end(), uint8_t{1});
  image.pixels = pixels.data();
  std::vector<double> values(6, -1);
  AssembleBatch<double>({&image, 1}, {1, 2, 3}, {{1}, {10}}, values.data());
  return values;
}

TEST(AssembleBatch, MovesDownAndRightAndLeavesZeroBehind) {
  EXPECT_EQ(Entering({}), (std::vector<double>{11, 12, 13, 14, 15, 16}));
  EXPECT_EQ(Entering({.shift_rows = 1}), (std::vector<double>{0, 0, 0, 11, 12, 13}));
  EXPECT_EQ(Entering({.shift_rows = -1}), (std::vector<double>{14, 15, 16, 0, 0, 0}));
  EXPECT_EQ(Entering({.shift_columns = 1}), (std::vector<double>{0, 11, 12, 0, 14, 15}));
  EXPECT_EQ(Entering({.shift_columns = -2}), (std::vector<double>{13, 0, 0, 16, 0, 0}));
  EXPECT_EQ(Entering({.shift_rows = 2}), std::vector<double>(6, 0));
  EXPECT_EQ(Entering({.shift_columns = -128}), std::vector<double>(6, 0));
}

TEST(AssembleBatch, MirrorsWhatWasMoved) {
  EXPECT_EQ(Entering({.mirror = true}), (std::vector<double>{13, 12, 11, 16, 15, 14}));
  EXPECT_EQ(Entering({.shift_columns = 1, .mirror = true}),
            (std::vector<double>{12, 11, 0, 15, 14, 0}));
}

TEST(AssembleBatch, TransformsEachChannelOfEachImage) {
  const std::vector<uint8_t> pixels = {1, 2, 3, 255};
  const std::vector<InputImage> images = {{.pixels = pixels.data()}, {.pixels = &pixels[2]}};
  std::vector<float> values(4);
  AssembleBatch<float>(images, {2, 1, 1}, {{2, 0.5f}, {-1, 7}}, values.data());
  EXPECT_EQ(values, (std::vector<float>{1, 8, 5, 134.5f}));
}

}  // namespace
}  // namespace genet
