#include "genet/data/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace genet {
namespace {

ImageList Labelled(std::vector<int32_t> labels) {
  static const uint8_t pixel = 0;
  std::vector<const uint8_t*> pixels(labels.size(), &pixel);
  return ImageList(1, 1, 1, std::move(pixels), std::move(labels), nullptr);
}

ImageList Balanced(int classes, int each) {
  std::vector<int32_t> labels;
  for (int i = 0; i < classes * each; ++i) labels.push_back(i % classes);
  return Labelled(std::move(labels));
}

TEST(StratifiedSplit, PartsAreDisjointAscendingAndBalanced) {
  const ImageList images = Balanced(10, 50);
  const auto split = StratifiedSplit(images, 10, 400, 100, RandomKey(1));
  ASSERT_TRUE(split) << split.error().message;
  ASSERT_EQ(split->train.size(), 400u);
  ASSERT_EQ(split->validation.size(), 100u);
  EXPECT_TRUE(std::is_sorted(split->train.begin(), split->train.end()));
  EXPECT_TRUE(std::is_sorted(split->validation.begin(), split->validation.end()));
  std::set<uint32_t> all(split->train.begin(), split->train.end());
  all.insert(split->validation.begin(), split->validation.end());
  EXPECT_EQ(all.size(), 500u);
  std::vector<int> validation_of_class(10);
  for (const uint32_t i : split->validation) ++validation_of_class[images.label(i)];
  EXPECT_EQ(validation_of_class, std::vector<int>(10, 10));
}

TEST(StratifiedSplit, SharesStayWithinOneImageForRandomSizes) {
  RandomStream stream(RandomKey(7));
  for (int trial = 0; trial < 3000; ++trial) {
    const int classes = 1 + static_cast<int>(stream.Below(8));
    std::vector<int32_t> labels;
    std::vector<double> of_class(classes);
    for (int c = 0; c < classes; ++c) {
      const uint64_t count = stream.Below(12) + (c == 0);
      of_class[c] = static_cast<double>(count);
      labels.insert(labels.end(), count, c);
    }
    const size_t total = labels.size();
    const size_t validation = stream.Below(total);
    const size_t train = 1 + stream.Below(total - validation);
    const ImageList images = Labelled(labels);
    const auto split = StratifiedSplit(images, classes, train, validation, RandomKey(trial));
    ASSERT_TRUE(split) << split.error().message;
    ASSERT_EQ(split->train.size(), train);
    ASSERT_EQ(split->validation.size(), validation);
    std::set<uint32_t> all(split->train.begin(), split->train.end());
    all.insert(split->validation.begin(), split->validation.end());
    ASSERT_EQ(all.size(), train + validation);
    std::vector<double> train_count(classes), validation_count(classes);
    for (const uint32_t i : split->train) ++train_count[images.label(i)];
    for (const uint32_t i : split->validation) ++validation_count[images.label(i)];
    for (int c = 0; c < classes; ++c) {
      const double n = static_cast<double>(total);
      ASSERT_LT(std::abs(train_count[c] - of_class[c] * static_cast<double>(train) / n), 1)
          << "trial " << trial;
      ASSERT_LT(std::abs(validation_count[c] - of_class[c] * static_cast<double>(validation) / n),
                1)
          << "trial " << trial;
    }
  }
}

TEST(StratifiedSplit, DependsOnTheKey) {
  const ImageList images = Balanced(10, 20);
  const auto one = StratifiedSplit(images, 10, 0, 50, RandomKey(1));
  const auto same = StratifiedSplit(images, 10, 0, 50, RandomKey(1));
  const auto other = StratifiedSplit(images, 10, 0, 50, RandomKey(2));
  EXPECT_EQ(one->train.size(), 150u);
  EXPECT_EQ(one->validation, same->validation);
  EXPECT_NE(one->validation, other->validation);
}

TEST(StratifiedSplit, FewerTrainingImagesLeaveTheValidationPartAlone) {
  const ImageList images = Balanced(10, 20);
  const auto all = StratifiedSplit(images, 10, 0, 50, RandomKey(1));
  const auto few = StratifiedSplit(images, 10, 30, 50, RandomKey(1));
  EXPECT_EQ(all->validation, few->validation);
  EXPECT_TRUE(
      std::includes(all->train.begin(), all->train.end(), few->train.begin(), few->train.end()));
}

TEST(StratifiedSplit, AskingForTooMuchIsAnError) {
  const ImageList images = Balanced(10, 2);
  EXPECT_FALSE(StratifiedSplit(images, 10, 15, 6, RandomKey(1)));
  EXPECT_FALSE(StratifiedSplit(images, 10, SIZE_MAX, 6, RandomKey(1)));
  EXPECT_FALSE(StratifiedSplit(images, 10, 0, 20, RandomKey(1)));
  EXPECT_FALSE(StratifiedSplit(images, 10, 0, 21, RandomKey(1)));
  EXPECT_EQ(StratifiedSplit(images, 10, 15, 6, RandomKey(1)).error().kind, ErrorKind::kUsage);
}

}  // namespace
}  // namespace genet
