#include "genet/network/shape.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

TEST(Shape, ReadsBackFromItsText) {
  const Shape shape{3, 224, 160};
  EXPECT_EQ(ToString(shape), "3x224x160");
  EXPECT_EQ(*ParseShape(ToString(shape)), shape);
}

TEST(Shape, OtherTextsAreRefused) {
  for (const char* bad : {"", "3", "3x32", "3x32x", "x32x32", "3x32x32x1", "3x0x32", "3x-1x32",
                          "3x32x32 ", "3X32X32", "3x32.5x32", "3x65537x1"}) {
    EXPECT_FALSE(ParseShape(bad)) << bad;
  }
  EXPECT_TRUE(ParseShape("1x100x1", 100));
  EXPECT_EQ(ParseShape("1x101x1", 100).error().message,
            "'1x101x1' is not CHANNELSxROWSxCOLUMNS such as 3x32x32");
}

}  // namespace
}  // namespace genet
