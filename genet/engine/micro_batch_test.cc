#include "genet/engine/micro_batch.h"

#include <gtest/gtest.h>

#include <set>

namespace genet {
namespace {

std::vector<size_t> Sizes(size_t images, size_t most) {
  const std::vector<InputImage> list(images);
  const std::vector<int32_t> labels(images);
  std::vector<size_t> sizes;
  for (const MicroBatch& part : MicroBatchesOf({list, labels}, most, RandomKey(1))) {
    EXPECT_EQ(part.first, sizes.empty());
    EXPECT_EQ(part.batch.images.size(), part.batch.labels.size());
    size_t before = 0;
    for (const size_t size : sizes) before += size;
    EXPECT_EQ(part.batch.images.data(), list.data() + before);
    EXPECT_EQ(part.batch.labels.data(), labels.data() + before);
    sizes.push_back(part.batch.images.size());
    EXPECT_EQ(part.last, before + sizes.back() == images);
  }
  return sizes;
}

TEST(MicroBatches, AreFewAndAlike) {
  EXPECT_EQ(Sizes(8, 8), (std::vector<size_t>{8}));
  EXPECT_EQ(Sizes(5, 8), (std::vector<size_t>{5}));
  EXPECT_EQ(Sizes(64, 16), (std::vector<size_t>{16, 16, 16, 16}));
  EXPECT_EQ(Sizes(17, 16), (std::vector<size_t>{8, 9}));
  EXPECT_EQ(Sizes(3, 1), (std::vector<size_t>{1, 1, 1}));
}

TEST(MicroBatches, HaveTheirOwnDropoutAndASingleOneThatOfTheStep) {
  const std::vector<InputImage> list(8);
  const std::vector<int32_t> labels(8);
  const RandomKey key(7);
  EXPECT_EQ(MicroBatchesOf({list, labels}, 8, key)[0].dropout.value(), key.value());
  std::set<uint64_t> keys;
  for (const MicroBatch& part : MicroBatchesOf({list, labels}, 2, key))
    keys.insert(part.dropout.value());
  EXPECT_EQ(keys.size(), 4u);
}

}  // namespace
}  // namespace genet
