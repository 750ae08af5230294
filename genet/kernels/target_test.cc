#include "genet/kernels/target.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "genet/kernels/dense.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

// Says which targets a run of this program covered (scripts/test-avx512).
class PrintTargets : public testing::Environment {
 public:
  void TearDown() override {
    fmt::print("targets of this machine: {}\n", fmt::join(SupportedTargets(), ", "));
  }
};
[[maybe_unused]] const auto* const kPrintTargets =
    testing::AddGlobalTestEnvironment(new PrintTargets);

TEST(Targets, SelectingOnePutsItToUse) {
  const std::vector<std::string> targets = SupportedTargets();
  ASSERT_FALSE(targets.empty());
  for (const std::string& target : targets) {
    EXPECT_TRUE(SelectTarget(target));
    EXPECT_EQ(TargetName(), target);
    EXPECT_EQ(SupportedTargets(), targets) << "the list changed with the choice";
  }
  EXPECT_TRUE(SelectTarget("best"));
  EXPECT_EQ(TargetName(), targets.front());
}

TEST(Targets, AnUnknownNameIsRefusedAndChangesNothing) {
  const std::string worst = SupportedTargets().back();
  ASSERT_TRUE(SelectTarget(worst));
  for (const char* name : {"", "AVX", "avx2", "SSE3", "RVV"}) EXPECT_FALSE(SelectTarget(name));
  EXPECT_EQ(TargetName(), worst);
  SelectTarget("best");
}

TEST(Targets, PeakIsMeasuredOnEachTarget) {
  ForEachTarget([](const std::string&) {
    const double peak = MeasurePeakGflops(1, 0.01);
    // An emulator may be very slow; a core that does this much does not exist.
    EXPECT_GT(peak, 0);
    EXPECT_LT(peak, 1e5);
  });
}

TEST(Targets, ThoseWithoutFusedMultiplyAddAreKnownByName) {
  for (const char* name : {"AVX3", "AVX2", "NEON", "AVX3_ZEN4"})
    EXPECT_TRUE(FusesMultiplyAdd(name));
  for (const char* name : {"SSE2", "SSE4", "SCALAR"}) EXPECT_FALSE(FusesMultiplyAdd(name));
}

// Every other test of this program compares bits as well; this one says where there are none to
// compare.
TEST(Targets, ThoseWithFusedMultiplyAddGiveEqualBits) {
  const auto names = TargetsWithFusedMultiplyAdd(true);
  if (names.size() < 2) {
    GTEST_SKIP() << "this machine has fewer than two targets with fused multiply-add ("
                 << fmt::format("{}", fmt::join(names, ", ")) << "): none to compare bits with";
  }
  RandomStream stream(RandomKey(41));
  const Floats matrix = RandomFloats(stream, 5 * 256), input = RandomFloats(stream, 256 * kBlock);
  std::vector<std::vector<double>> results;
  for (const std::string& name : names) {
    ASSERT_TRUE(SelectTarget(name));
    Floats output(5 * kBlock);
    MultiplyBlocks({.matrix = matrix.data(),
                    .row_stride = 256,
                    .column_stride = 1,
                    .bias = nullptr,
                    .relu = false},
                   0, 5, {input.data(), 256, 256 * kBlock}, 1, output.data(), 5 * kBlock);
    results.push_back(output.Doubles());
    EXPECT_EQ(results.back(), results.front()) << name;
  }
  SelectTarget("best");
}

}  // namespace
}  // namespace genet::kernels
