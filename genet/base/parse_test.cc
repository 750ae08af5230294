#include "genet/base/parse.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

TEST(ParseNumber, TheWholeTextMustBeANumber) {
  EXPECT_EQ(*ParseNumber<int>("-12"), -12);
  EXPECT_EQ(*ParseNumber<uint64_t>("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(*ParseNumber<double>("2.5e-3"), 2.5e-3);
  for (const char* bad : {"", " 1", "1 ", "1x", "0x10", "1.5", "2147483648"}) {
    EXPECT_FALSE(ParseNumber<int>(bad)) << bad;
  }
  for (const char* bad : {"", "1,5", "1e", "nan", "inf", "1e999"}) {
    EXPECT_FALSE(ParseNumber<double>(bad)) << bad;
  }
  EXPECT_FALSE(ParseNumber<size_t>("-1"));
}

TEST(ParseNumber, ErrorsSayWhatTheTextMayBe) {
  const auto message = [](const auto& result) { return result.error().message; };
  EXPECT_EQ(message(ParseNumber<int>("9", {1, 8})), "'9' is not a whole number from 1 to 8");
  EXPECT_EQ(message(ParseNumber<int>("x")), "'x' is not a whole number");
  EXPECT_EQ(message(ParseNumber<size_t>("-1", {1})), "'-1' is not a whole number of at least 1");
  EXPECT_EQ(message(ParseNumber<double>("1", {0, 1, true})),
            "'1' is not a number from 0 to below 1");
  EXPECT_EQ(ParseNumber<int>("x").error().kind, ErrorKind::kUsage);
}

TEST(ParseSwitch, IsTrueOrFalseAndNothingElse) {
  EXPECT_TRUE(*ParseSwitch("true"));
  EXPECT_FALSE(*ParseSwitch("false"));
  for (const char* bad : {"", "yes", "1", "True"}) EXPECT_FALSE(ParseSwitch(bad)) << bad;
}

TEST(ParseDuration, UnitsAreSecondsMinutesAndHours) {
  EXPECT_EQ(*ParseDuration("--time-limit", "90"), 90);
  EXPECT_EQ(*ParseDuration("--time-limit", "90s"), 90);
  EXPECT_EQ(*ParseDuration("--time-limit", "15m"), 900);
  EXPECT_EQ(*ParseDuration("--time-limit", "1.5h"), 5400);
  for (const char* bad : {"", "h", "-1", "0", "1d", "inf", "nan", "1e308h"}) {
    EXPECT_FALSE(ParseDuration("--time-limit", bad)) << bad;
  }
  EXPECT_EQ(ParseDuration("--time-limit", "1d").error().message,
            "--time-limit: '1d' is not a duration such as 90s, 15m or 2h");
}

}  // namespace
}  // namespace genet
