#include "genet/signature/networks.h"

#include <gtest/gtest.h>

#include <set>

namespace genet {
namespace {

const auto kGoOn = [] { return false; };

TEST(NetworkHashes, DoNotDependOnThreads) {
  const Result<std::vector<NamedHash>> one = HashNetworks(1, kGoOn), two = HashNetworks(2, kGoOn);
  ASSERT_TRUE(one && two);
  EXPECT_EQ(*one, *two);
}

TEST(NetworkHashes, AreOfEachNetworkByEachArithmetic) {
  const Result<std::vector<NamedHash>> hashes = HashNetworks(1, kGoOn);
  ASSERT_TRUE(hashes) << hashes.error().message;
  std::set<std::string> names;
  std::set<uint64_t> values;
  for (const NamedHash& one : *hashes) {
    names.insert(one.name);
    values.insert(one.hash);
  }
  EXPECT_EQ(names, (std::set<std::string>{"narrow.direct", "narrow.winograd", "residual.direct",
                                          "residual.winograd", "wide.direct", "wide.winograd"}));
  EXPECT_EQ(values.size(), names.size());
}

TEST(NetworkHashes, StopWhenAsked) {
  int asked = 0;
  const Result<std::vector<NamedHash>> hashes = HashNetworks(1, [&] { return ++asked == 2; });
  ASSERT_FALSE(hashes);
  EXPECT_EQ(hashes.error().message, "stopped");
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace genet
