#include "genet/signature/rows.h"

#include <gtest/gtest.h>

#include "genet/kernels/target.h"

namespace genet {
namespace {

using Rows = std::vector<NamedHash>;

TEST(Rows, StandOncePerRoundingWithTheFusedOnesFirst) {
  const std::vector<std::string> targets = kernels::SupportedTargets();
  std::vector<std::string> computed_on;
  const Result<Rows> rows =
      RowsOnEachTarget("part", targets, [&](const std::string& target) -> Result<Rows> {
        EXPECT_EQ(kernels::TargetName(), target);
        computed_on.push_back(target);
        return Rows{{"a", kernels::FusesMultiplyAdd(target) ? 1u : 2u}, {"", 3}};
      });
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(computed_on.size(), targets.size());
  EXPECT_EQ(kernels::TargetName(), targets.front());
  Rows want;
  for (const std::string rounding : {".fma", ".plain"}) {
    bool is_there = false;
    for (const std::string& target : targets) is_there |= RoundingOf(target) == rounding;
    if (!is_there) continue;
    want.push_back({"part.a" + rounding, rounding == ".fma" ? 1u : 2u});
    want.push_back({"part" + rounding, 3});
  }
  EXPECT_EQ(*rows, want);
}

TEST(Rows, AreRefusedWhereTargetsThatRoundAlikeDisagree) {
  const std::vector<std::string> targets = kernels::SupportedTargets();
  for (const std::string rounding : {".fma", ".plain"}) {
    std::vector<std::string> alike;
    for (const std::string& target : targets) {
      if (RoundingOf(target) == rounding) alike.push_back(target);
    }
    if (alike.size() < 2) continue;
    const Result<Rows> rows =
        RowsOnEachTarget("part", alike, [&](const std::string& target) -> Result<Rows> {
          return Rows{{"same", 7}, {"other", target == alike[1] ? 8u : 9u}};
        });
    ASSERT_FALSE(rows);
    for (const std::string& word :
         {std::string("part.other") + rounding, alike[0], alike[1], ToText(8), ToText(9)}) {
      EXPECT_NE(rows.error().message.find(word), std::string::npos) << rows.error().message;
    }
  }
}

TEST(Rows, PassOnWhatCouldNotBeComputed) {
  const Result<Rows> rows =
      RowsOnEachTarget("part", kernels::SupportedTargets(),
                       [](const std::string&) -> Result<Rows> { return Failure("stopped"); });
  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().message, "stopped");
  EXPECT_EQ(kernels::TargetName(), kernels::SupportedTargets().front());
}

TEST(Rows, AreSummedUpForEachRounding) {
  const Rows rows = {{"genomes", 1}, {"kernels.fma", 2}, {"kernels.plain", 3}};
  const uint64_t fma = HashOfRows(rows, ".fma"), plain = HashOfRows(rows, ".plain");
  EXPECT_NE(fma, plain);
  for (size_t i = 0; i < rows.size(); ++i) {
    Rows changed = rows;
    changed[i].hash += 1;
    EXPECT_EQ(HashOfRows(changed, ".fma") == fma, i == 2) << i;
    EXPECT_EQ(HashOfRows(changed, ".plain") == plain, i == 1) << i;
    changed = rows;
    changed[i].name = "x" + changed[i].name;
    EXPECT_EQ(HashOfRows(changed, ".fma") == fma, i == 2) << i;
  }
}

TEST(Rows, AreWrittenWithSixteenDigits) { EXPECT_EQ(ToText(0xabc), "0000000000000abc"); }

}  // namespace
}  // namespace genet
