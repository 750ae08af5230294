#include "genet/kernels/signature.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <set>

#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

// Prints the rows that `genet signature` prints of the kernels, for machines on which only this
// program runs (scripts/compare-signature).
TEST(Signature, IsTheSameOnTargetsThatRoundAlike) {
  std::vector<NamedHash> first_of[2];
  ForEachTarget([&](const std::string& target) {
    const std::vector<NamedHash> hashes = HashKernels();
    auto& first = first_of[FusesMultiplyAdd(target)];
    if (first.empty()) {
      first = hashes;
      for (const NamedHash& one : hashes) {
        fmt::print(
            "{:<34}{:016x}\n",
            fmt::format("kernels.{}.{}", one.name, FusesMultiplyAdd(target) ? "fma" : "plain"),
            one.hash);
      }
    }
    EXPECT_EQ(hashes, first);
  });
}

TEST(Signature, HasAHashOfItsOwnForEachKernel) {
  std::set<std::string> names;
  std::set<uint64_t> values;
  const std::vector<NamedHash> hashes = HashKernels();
  for (const NamedHash& one : hashes) {
    names.insert(one.name);
    values.insert(one.hash);
  }
  EXPECT_EQ(names.size(), hashes.size());
  EXPECT_EQ(values.size(), hashes.size());
}

}  // namespace
}  // namespace genet::kernels
