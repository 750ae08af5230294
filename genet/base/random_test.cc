#include "genet/base/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace genet {
namespace {

TEST(Random, PhiloxGivesThePublishedVector) {
  // Random123's known answers for philox4x32-10 with all-zero counter and key.
  const auto bits = RandomKey(0).Bits(0);
  EXPECT_EQ(bits[0], 0x6627e8d5u);
  EXPECT_EQ(bits[1], 0xe169c58du);
  EXPECT_EQ(bits[2], 0xbc57ac4cu);
  EXPECT_EQ(bits[3], 0x9b00dbd8u);
}

TEST(Random, KeysOfDifferentAddressesDiffer) {
  const RandomKey run(7);
  EXPECT_NE(run.Derive("shuffle"), run.Derive("dropout"));
  EXPECT_NE(run.Derive(1).Derive(2), run.Derive(2).Derive(1));
  EXPECT_EQ(run.Derive(1).Derive(2), run.Derive(1).Derive(2));
}

TEST(Random, BelowIsUniform) {
  RandomStream stream{RandomKey(3)};
  std::vector<int> counts(6);
  for (int i = 0; i < 60000; ++i) ++counts[stream.Below(6)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 400);  // 4.4 standard deviations
}

TEST(Random, NormalHasTheRightMoments) {
  RandomStream stream{RandomKey(4)};
  double sum = 0, squares = 0, fourth = 0;
  const int n = 200000;
  for (int i = 0; i < n; ++i) {
    const double x = stream.Normal();
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
  }
  EXPECT_NEAR(sum / n, 0, 0.01);
  EXPECT_NEAR(squares / n, 1, 0.015);
  EXPECT_NEAR(fourth / n, 3, 0.1);
}

TEST(Random, PortableLogIsALogarithm) {
  for (const double x : {1e-300, 1e-9, 0.3, 0.70710678, 1.0, 1.5, 2.0, 12345.678, 1e300}) {
    EXPECT_NEAR(PortableLog(x), std::log(x), 4e-15 * std::max(1.0, std::abs(std::log(x)))) << x;
  }
}

TEST(Random, ShuffleIsAPermutation) {
  std::vector<int> items(100);
  std::iota(items.begin(), items.end(), 0);
  RandomStream stream{RandomKey(5)};
  Shuffle(stream, std::span<int>(items));
  std::vector<int> sorted = items;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_NE(items, sorted);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(sorted[i], i);
}

}  // namespace
}  // namespace genet
