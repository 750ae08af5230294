#include "genet/base/nearest.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

TEST(Nearest, FindsWhatWasMeantAndNothingElse) {
  EXPECT_EQ(Nearest("bach", {"base", "batch"}), "batch");
  EXPECT_EQ(Nearest("abtch", {"base", "batch"}), "batch");
  EXPECT_EQ(Nearest("batch", {"base", "batch"}), "batch");
  EXPECT_EQ(Nearest("zzzzzz", {"batch", "base"}), "");
  EXPECT_EQ(Nearest("", {"batch"}), "");
  EXPECT_EQ(Nearest("batch", {}), "");
}

}  // namespace
}  // namespace genet
