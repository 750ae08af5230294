#include "genet/cli/terminal.h"

#include <gtest/gtest.h>

namespace genet::cli {
namespace {

TEST(CutTo, KeepsWhatFitsAndMarksWhatDoesNot) {
  EXPECT_EQ(CutTo("0123456789", 10), "0123456789");
  EXPECT_EQ(CutTo("0123456789", 9), "012345...");
  EXPECT_EQ(CutTo("0123456789", 4), "0...");
  EXPECT_EQ(CutTo("0123456789", 3), "012");
  EXPECT_EQ(CutTo("0123456789", 0), "");
}

TEST(LiveLine, WritesNothingUnlessShown) {
  testing::internal::CaptureStderr();
  LiveLine(false).Draw("line");
  LiveLine(false).Clear();
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(LiveLine, ReplacesTheLine) {
  testing::internal::CaptureStderr();
  LiveLine(true).Draw("line");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "\r\033[Kline");
}

}  // namespace
}  // namespace genet::cli
