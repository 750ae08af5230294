#include "genet/data/describe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genet/data/cifar_for_test.h"
#include "genet/data/open_for_test.h"

namespace genet {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Describe, CountsClassesInJsonAndText) {
  const ScratchFolder scratch;
  PutCifar10(scratch / "c");
  const auto set = Open("cifar10", scratch / "c", scratch);
  ASSERT_TRUE(set);
  const DataSetDescription description = DescribeDataSet(*set);
  const nlohmann::json json = DescriptionToJson(description);
  EXPECT_EQ(json["classes"], 10);
  EXPECT_EQ(json["train"]["images"], 20);
  EXPECT_EQ(json["train"]["images_per_class"][4], 2);
  EXPECT_EQ(json["test"]["mean"].size(), 3u);
  EXPECT_THAT(
      DescriptionToText(description),
      AllOf(HasSubstr("cifar10: 10 classes, 32 x 32 pixels, 3 channels"), HasSubstr("automobile")));
}

}  // namespace
}  // namespace genet
