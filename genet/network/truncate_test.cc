#include "genet/network/truncate.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

Network SmallNetwork() {
  const BaseNetwork base = *ParseBaseNetwork("C3(P1)@8-MP3(S2)-FC32-D0.5-FC10");
  const SearchSpace space = *ParseSearchSpace("3");
  return *BuildNetwork(base, *Genome::Parse("1-01", space), {3, 8, 8}, 10);
}

TEST(TruncateAfter, AHiddenLayerGivesItsOutputsBeforeTheRectifier) {
  const auto cut = TruncateAfter(SmallNetwork(), "fc1");
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->network.layers.back().name, "fc1");
  EXPECT_EQ(cut->network.classes(), 32);
  EXPECT_TRUE(cut->relu);
  EXPECT_FALSE(cut->network.layers.back().operation.relu);
  EXPECT_FALSE(cut->identity);
}

TEST(TruncateAfter, LogitsHaveNoRectifier) {
  const auto cut = TruncateAfter(SmallNetwork(), "fc2");
  ASSERT_TRUE(cut);
  EXPECT_FALSE(cut->relu);
  EXPECT_EQ(cut->network.classes(), 10);
}

TEST(TruncateAfter, AnotherLayerIsReadThroughAnIdentity) {
  const auto cut = TruncateAfter(SmallNetwork(), "pool1");
  ASSERT_TRUE(cut);
  EXPECT_TRUE(cut->identity);
  EXPECT_EQ(cut->network.layers.back().name, "pool1.features");
  EXPECT_EQ(cut->network.classes(), 8 * 4 * 4);
  EXPECT_EQ(cut->network.layers.back().inputs,
            (std::vector<int>{static_cast<int>(cut->network.layers.size()) - 2}));
}

TEST(TruncateAfter, UnknownAndTooWideLayersAreUsageErrors) {
  const auto unknown = TruncateAfter(SmallNetwork(), "fc7");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message,
            "the network has no layer 'fc7'; there are input, pool1, fc1, fc2");
  const BaseNetwork wide = *ParseBaseNetwork("C3(P1)@64-MP3(S2)-FC10");
  const SearchSpace space = *ParseSearchSpace("3");
  const Network network = *BuildNetwork(wide, *Genome::Parse("1-01", space), {3, 32, 32}, 10);
  EXPECT_FALSE(TruncateAfter(network, "pool1"));
}

}  // namespace
}  // namespace genet
