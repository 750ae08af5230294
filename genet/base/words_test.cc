#include "genet/base/words.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

TEST(Enumerate, PutsCommasBetweenWordsAndAWordBeforeTheLast) {
  EXPECT_EQ(Enumerate({}, "and"), "");
  EXPECT_EQ(Enumerate({"a"}, "and"), "a");
  EXPECT_EQ(Enumerate({"a", "b"}, "or"), "a or b");
  EXPECT_EQ(Enumerate({"a", "b", "c"}, "and"), "a, b and c");
}

}  // namespace
}  // namespace genet
