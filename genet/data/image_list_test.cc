#include <gtest/gtest.h>

#include "genet/data/cifar_for_test.h"
#include "genet/data/open_for_test.h"

namespace genet {
namespace {

TEST(ImageList, SelectKeepsTheOrderGivenAndTheMemory) {
  const ScratchFolder scratch;
  PutCifar10(scratch / "c");
  ImageList selected;
  {
    const auto set = Open("cifar10", scratch / "c", scratch);
    ASSERT_TRUE(set);
    const std::vector<uint32_t> indices{7, 2, 2};
    selected = set->train.Select(indices);
  }
  ASSERT_EQ(selected.size(), 3u);
  EXPECT_EQ(selected.label(0), 7);
  EXPECT_EQ(selected.pixels(0)[0], 49);
  EXPECT_EQ(selected.pixels(1)[0], 14);
}

}  // namespace
}  // namespace genet
