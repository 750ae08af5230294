#include "genet/training/epoch.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "genet/training/images_for_test.h"

namespace genet {
namespace {

const TrainingSettings kSettings{
    .schedule = {{2, 0.5}, {1, 0.25}}, .batch = 8, .augment_shift = true, .augment_mirror = true};

// A step as values.
struct Seen {
  std::vector<int> images, rows, columns, labels;
  std::vector<bool> mirrors;
  uint64_t dropout = 0;
  float rate = 0;

  friend bool operator==(const Seen&, const Seen&) = default;
};

std::vector<Seen> StepsOf(const TrainingSettings& settings, int number, int first_step = 0) {
  const ImageList images = Images(50);
  Epoch epoch(images, settings, RandomKey(3), number, first_step);
  std::vector<Seen> steps;
  for (int64_t i = first_step; i < Epoch::Steps(images, settings); ++i) {
    const Result<TrainingStep> step = epoch.Next();
    EXPECT_TRUE(step);
    Seen seen;
    seen.dropout = step->options.dropout.value();
    seen.rate = step->options.learning_rate;
    for (const InputImage& image : step->batch.images) {
      seen.images.push_back(image.pixels[0]);  // which image it is
      seen.rows.push_back(image.shift_rows);
      seen.columns.push_back(image.shift_columns);
      seen.mirrors.push_back(image.mirror);
    }
    seen.labels.assign(step->batch.labels.begin(), step->batch.labels.end());
    steps.push_back(std::move(seen));
  }
  return steps;
}

TEST(Epoch, ShowsNoImageTwiceAndDropsABatchThatIsNotFull) {
  for (const int number : {0, 1}) {
    const std::vector<Seen> steps = StepsOf(kSettings, number);
    ASSERT_EQ(steps.size(), 6u);
    std::set<int> images;
    for (const Seen& step : steps) {
      for (size_t i = 0; i < step.images.size(); ++i) {
        images.insert(step.images[i]);
        EXPECT_EQ(step.labels[i], step.images[i] % kClasses);
      }
    }
    EXPECT_EQ(images.size(), 48u);
  }
}

TEST(Epoch, HasItsOwnOrderDropoutAndLearningRate) {
  const std::vector<Seen> first = StepsOf(kSettings, 0), last = StepsOf(kSettings, 2);
  EXPECT_EQ(first, StepsOf(kSettings, 0));
  EXPECT_NE(first[0].images, last[0].images);
  std::set<uint64_t> dropout;
  for (const auto* steps : {&first, &last}) {
    for (const Seen& step : *steps) dropout.insert(step.dropout);
  }
  EXPECT_EQ(dropout.size(), 12u);
  EXPECT_EQ(first[5].rate, 0.5f);
  EXPECT_EQ(last[0].rate, 0.25f);
}

TEST(Epoch, MayBeginAtAnyOfItsSteps) {
  const std::vector<Seen> whole = StepsOf(kSettings, 1);
  for (int first = 0; first <= 6; ++first) {
    EXPECT_EQ(StepsOf(kSettings, 1, first), std::vector<Seen>(whole.begin() + first, whole.end()));
  }
}

TEST(Epoch, MovesEachImageByAtMostFourPixelsWhateverItsBatch) {
  std::map<int, std::tuple<int, int, bool>> places;
  std::set<int> rows, columns, mirrors;
  for (const Seen& step : StepsOf(kSettings, 0)) {
    for (size_t i = 0; i < step.images.size(); ++i) {
      places[step.images[i]] = {step.rows[i], step.columns[i], step.mirrors[i]};
      rows.insert(step.rows[i]);
      columns.insert(step.columns[i]);
      mirrors.insert(step.mirrors[i]);
    }
  }
  const std::set<int> all = {-4, -3, -2, -1, 0, 1, 2, 3, 4};
  EXPECT_EQ(rows, all);
  EXPECT_EQ(columns, all);
  EXPECT_EQ(mirrors, (std::set<int>{0, 1}));
  TrainingSettings other = kSettings;
  other.batch = 5;
  for (const Seen& step : StepsOf(other, 0)) {
    for (size_t i = 0; i < step.images.size(); ++i) {
      const auto found = places.find(step.images[i]);
      if (found == places.end()) continue;  // in the batch that was dropped
      EXPECT_EQ(found->second, std::tuple(step.rows[i], step.columns[i], step.mirrors[i]));
    }
  }
}

TEST(Epoch, LeavesImagesWhereTheyAreWithoutAugmentation) {
  TrainingSettings plain = kSettings;
  plain.augment_shift = plain.augment_mirror = false;
  for (const Seen& step : StepsOf(plain, 0)) {
    EXPECT_EQ(std::set<int>(step.rows.begin(), step.rows.end()), std::set<int>{0});
    EXPECT_EQ(std::set<bool>(step.mirrors.begin(), step.mirrors.end()), std::set<bool>{false});
  }
}

}  // namespace
}  // namespace genet
