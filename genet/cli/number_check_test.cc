#include "genet/cli/number_check.h"

#include <gtest/gtest.h>

namespace genet::cli {
namespace {

TEST(Within, TakesTheNumbersOfTheRangeAndNothingElse) {
  CLI::Validator whole = Within(1, 9), real = Within(0.5, 2.0), count = Within<int64_t>(0);
  for (const char* good : {"1", "9"}) EXPECT_EQ(whole(good), "");
  for (const char* bad : {"0", "10", "-1", "", "x", "1.5", "0x1", "99999999999999999999"}) {
    EXPECT_EQ(whole(bad), fmt::format("'{}' is not a whole number from 1 to 9", bad));
  }
  for (const char* good : {"0.5", "2", "1e0"}) EXPECT_EQ(real(good), "");
  for (const char* bad : {"nan", "-nan", "inf", "0.4", "2.1", "", "1x"}) {
    EXPECT_EQ(real(bad), fmt::format("'{}' is not a number from 0.5 to 2", bad));
  }
  EXPECT_EQ(count("9223372036854775807"), "");
  EXPECT_EQ(count("9223372036854775808"),
            "'9223372036854775808' is not a whole number of at least 0");
}

TEST(Within, IsNoPartOfTheHelp) { EXPECT_EQ(Within(1, 9).get_description(), ""); }

}  // namespace
}  // namespace genet::cli
