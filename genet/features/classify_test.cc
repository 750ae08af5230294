#include "genet/features/classify.h"

#include <gtest/gtest.h>

#include "genet/base/random.h"

namespace genet {
namespace {

// `separation` apart along their own direction, with noise of deviation 1.
Features Clusters(int classes, int per_class, double separation) {
  Features features;
  features.dimensions = 8;
  RandomStream stream(RandomKey(5));
  for (int i = 0; i < classes * per_class; ++i) {
    const int label = i % classes;
    features.labels.push_back(label);
    for (int d = 0; d < 8; ++d) {
      features.values.push_back(
          static_cast<float>(stream.Normal() + (d == label ? separation : 0)));
    }
  }
  return features;
}

ClassifyOptions Options() { return {.train_per_class = 20, .splits = 3, .costs = {0.1, 1}}; }

TEST(Classify, FindsClassesThatAreApart) {
  const auto results = Classify(Clusters(4, 60, 8), Options());
  ASSERT_TRUE(results);
  ASSERT_EQ(results->size(), 3u);
  for (const SplitResult& one : *results) EXPECT_GT(one.accuracy, 0.97);
}

TEST(Classify, NoiseStaysAtChance) {
  ClassifyOptions options = Options();
  options.splits = 10;
  double sum = 0;
  const auto results = Classify(Clusters(4, 60, 0), options);
  for (const SplitResult& one : *results) sum += one.accuracy;
  EXPECT_NEAR(sum / 10, 0.25, 0.06);
}

TEST(Classify, SameSeedSameResultsAnotherSeedOtherSplits) {
  const Features features = Clusters(4, 40, 1.5);
  ClassifyOptions options = Options();
  const auto accuracies = [&] {
    std::vector<double> values;
    const auto results = Classify(features, options);
    for (const SplitResult& one : *results) values.push_back(one.accuracy);
    return values;
  };
  const auto first = accuracies();
  EXPECT_EQ(accuracies(), first);
  options.seed = 2;
  EXPECT_NE(accuracies(), first);
}

TEST(Classify, EveryClassCountsAlike) {
  // Of class 0 ten times as many images; a machine that knew nothing else would call all class 0.
  Features features = Clusters(2, 30, 8);
  const Features more = Clusters(2, 300, 8);
  for (size_t i = 0; i < more.size(); ++i) {
    if (more.labels[i] != 0) continue;
    features.labels.push_back(0);
    features.values.insert(features.values.end(), more.values.begin() + i * 8,
                           more.values.begin() + (i + 1) * 8);
  }
  const auto results = Classify(features, Options());
  ASSERT_TRUE(results);
  for (const SplitResult& one : *results) EXPECT_GT(one.accuracy, 0.95);
}

TEST(Classify, TooFewImagesNameTheClass) {
  Features features = Clusters(2, 20, 8);
  const auto results = Classify(features, Options());
  ASSERT_FALSE(results);
  EXPECT_EQ(results.error().message,
            "class 0 has 20 images: with 20 to train on none is left to test; give a smaller "
            "--train-per-class");
  for (int32_t& label : features.labels) label = 0;
  EXPECT_FALSE(Classify(features, Options()));
}

}  // namespace
}  // namespace genet
