#include "genet/network/join.h"

#include <gtest/gtest.h>

#include <vector>

namespace genet {
namespace {

TEST(Join, ASumHasTheShapeOfItsTerms) {
  const Shape shape = {8, 5, 7};
  EXPECT_EQ(JoinedShape(Join::kSum, std::vector{shape}), shape);
  EXPECT_EQ(JoinedShape(Join::kSum, std::vector{shape, shape, shape}), shape);
}

TEST(Join, ASumOfUnequalShapesIsABrokenPromise) {
  EXPECT_DEATH(JoinedShape(Join::kSum, std::vector{Shape{8, 5, 7}, Shape{8, 7, 5}}), "unequal");
}

}  // namespace
}  // namespace genet
