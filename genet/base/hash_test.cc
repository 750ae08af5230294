#include "genet/base/hash.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <vector>

namespace genet {
namespace {

uint64_t HashOf(const std::vector<float>& values) {
  Hash hash;
  hash.Add(std::span<const float>(values));
  return hash.value();
}

TEST(Hash, IsTheSameOnEveryMachine) {
  Hash hash;
  hash.Add(uint64_t{1});
  hash.Add(std::string_view("genet"));
  hash.Add(0.5);
  hash.Add(std::span<const float>(std::vector<float>{1, -2}));
  EXPECT_EQ(hash.value(), 6820722781366355655u);
}

TEST(Hash, TellsSequencesApart) {
  const std::set<uint64_t> hashes = {HashOf({}),
                                     HashOf({0}),
                                     HashOf({0, 0}),
                                     HashOf({-0.0f}),
                                     HashOf({1, 2}),
                                     HashOf({2, 1}),
                                     HashOf({std::numeric_limits<float>::quiet_NaN()})};
  EXPECT_EQ(hashes.size(), 7u);
  Hash joined, apart;
  joined.Add(std::string_view("ab"));
  apart.Add(std::string_view("a"));
  apart.Add(std::string_view("b"));
  EXPECT_NE(joined.value(), apart.value());
}

TEST(Hash, OneBitOfOneValueChangesIt) {
  std::vector<float> values(1000, 1.0f);
  const uint64_t before = HashOf(values);
  for (const size_t at : {size_t{0}, size_t{500}, size_t{999}}) {
    values[at] = std::nextafter(1.0f, 2.0f);
    EXPECT_NE(HashOf(values), before) << at;
    values[at] = 1.0f;
  }
  EXPECT_EQ(HashOf(values), before);
}

}  // namespace
}  // namespace genet
