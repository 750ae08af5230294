#include "genet/training/top_accuracy.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace genet {
namespace {

ImageList Labelled(std::vector<int32_t> labels) {
  static const uint8_t kPixel = 0;
  std::vector<const uint8_t*> pixels(labels.size(), &kPixel);
  return ImageList(1, 1, 1, std::move(pixels), std::move(labels), nullptr);
}

TEST(TopAccuracy, CountsLabelsAmongTheLargest) {
  const std::vector<float> logits = {3, 2, 1, 0, /**/ 0, 1, 2, 3, /**/ 1, 3, 0, 2};
  const ImageList images = Labelled({0, 2, 2});  // first, second and last
  EXPECT_DOUBLE_EQ(TopAccuracy(images, logits, 1), 1.0 / 3);
  EXPECT_DOUBLE_EQ(TopAccuracy(images, logits, 2), 2.0 / 3);
  EXPECT_DOUBLE_EQ(TopAccuracy(images, logits, 4), 1);
}

TEST(TopAccuracy, ANetworkWithoutAnOpinionIsNotRight) {
  const std::vector<float> equal(8 * 8, 0.25f);
  EXPECT_DOUBLE_EQ(TopAccuracy(Labelled({0, 1, 2, 3, 4, 5, 6, 7}), equal, 5), 5.0 / 8);
  const std::vector<float> nothing(8, std::nanf(""));
  EXPECT_DOUBLE_EQ(TopAccuracy(Labelled({0}), nothing, 5), 0);
}

TEST(ClassHits, AddUpToTheTopAccuracyAndAreCountedForTheLabelsClass) {
  const std::vector<float> logits = {3, 2, 1, 0, /**/ 0, 1, 2, 3, /**/ 1, 3, 0, 2, /**/ 9, 9, 0, 0};
  const ImageList images =
      Labelled({0, 3, 2, 1});  // right, right, wrong, wrong: the first is larger
  EXPECT_EQ(ClassHits(images, logits), (std::vector<int64_t>{1, 0, 0, 1}));
  EXPECT_DOUBLE_EQ(TopAccuracy(images, logits, 1), 2.0 / 4);
}

}  // namespace
}  // namespace genet
