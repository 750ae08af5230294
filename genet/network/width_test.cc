#include "genet/network/width.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

std::string Widened(const char* base, double factor) {
  return ToString(WithWidth(*ParseBaseNetwork(base), factor));
}

TEST(Width, ScalesChannelsAndHiddenFeaturesButNotTheClasses) {
  const char* transfer = "C3(P1)@64-MP3(S2)-C3(P1)@128-MP3(S2)-C3(P1)@256-MP3(S2)-FC1024-D0.5-FC10";
  EXPECT_EQ(Widened(transfer, 0.25),
            "C3(P1)@16-MP3(S2)-C3(P1)@32-MP3(S2)-C3(P1)@64-MP3(S2)-FC256-D0.5-FC10");
  EXPECT_EQ(Widened(transfer, 1), transfer);
}

TEST(Width, LeavesAtLeastOneChannel) {
  EXPECT_EQ(Widened("C3(P1)@8-AP4-FC10", 0.01), "C3(P1)@1-AP4-FC10");
}

}  // namespace
}  // namespace genet
