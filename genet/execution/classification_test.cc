#include "genet/execution/classification.h"

#include <gtest/gtest.h>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

const nlohmann::json kIdentity = {{"data", "synthetic"}};

TEST(Classification, ReadsBackIfItIsOfTheSameFeatures) {
  const ScratchFolder folder;
  ASSERT_TRUE(
      WriteClassification(folder / "c", kIdentity, {40, 8, {0.5, 1.0 / 3}, {1, 10}, "", 2}));
  const auto read = ReadClassification(folder / "c", kIdentity);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->images, 40u);
  EXPECT_EQ(read->dimensions, 8u);
  EXPECT_EQ(read->accuracies, (std::vector{0.5, 1.0 / 3}));
  EXPECT_EQ(read->costs, (std::vector{1.0, 10.0}));
  EXPECT_EQ(read->seconds, 2);
  EXPECT_FALSE(ReadClassification(folder / "c", {{"data", "mnist:x"}}));
}

TEST(Classification, ReadsWhatOlderBuildsWrote) {
  const ScratchFolder folder;
  const nlohmann::json old = {{"features", kIdentity},     {"images", 40}, {"dimensions", 8},
                              {"train_per_class", 20},     {"splits", 1},  {"seed", 1},
                              {"accuracies", {0.5}},       {"costs", {1}}, {"mean_accuracy", 0.5},
                              {"cost", {{"seconds", 2.5}}}};
  ASSERT_TRUE(WriteFileAtomically(folder / "c", old.dump()));
  EXPECT_TRUE(ReadClassification(folder / "c", kIdentity));
}

TEST(Classification, WhatIsNotWholeIsAnError) {
  const ScratchFolder folder;
  EXPECT_FALSE(ReadClassification(folder / "c", kIdentity));
  ASSERT_TRUE(WriteClassification(folder / "c", kIdentity, {40, 8, {0.5}, {1}, "", 2}));
  const nlohmann::json good = nlohmann::json::parse(*ReadFile(folder / "c"));
  for (const char* key : {"features", "images", "dimensions", "accuracies", "costs", "cost"}) {
    nlohmann::json bad = good;
    bad.erase(key);
    ASSERT_TRUE(WriteFileAtomically(folder / "c", bad.dump()));
    EXPECT_FALSE(ReadClassification(folder / "c", kIdentity)) << key;
  }
}

}  // namespace
}  // namespace genet
