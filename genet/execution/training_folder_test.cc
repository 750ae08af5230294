#include "genet/execution/training_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/settings/presets.h"

namespace genet {
namespace {

using testing::HasSubstr;

class TrainingFolderTest : public testing::Test {
 protected:
  TrainingFolderTest() {
    RunSettings& settings = training_.settings;
    settings = *Preset("smoke");
    settings.data = "synthetic";
    settings.base = *ParseBaseNetwork("C3(P1)@4-MP3(S2)-AP16-FC10");
    settings.space = *ParseSearchSpace("2");
    settings.training.schedule = *ParseSchedule("1@1e-2");
    settings.train_images = 64;
    settings.validation_images = 100;
    training_.genome = *Genome::Parse("1", settings.space);
  }
  Result<std::optional<nlohmann::json>> Train(const FullTraining& training) {
    return TrainInFolder(folder_ / "one", training, {.cache = folder_ / "cache"}, 60, observer_);
  }

  ScratchFolder folder_;
  FullTraining training_;
  TrainingObserver observer_;
};

TEST_F(TrainingFolderTest, HoldsSettingsWeightsAndResult) {
  const auto result = Train(training_);
  ASSERT_TRUE(result && *result) << result.error().message;
  EXPECT_TRUE(fs::exists(WeightsPath(folder_ / "one")));
  EXPECT_FALSE(fs::exists(CheckpointPath(folder_ / "one")));
  const auto read = ReadTrainingResult(folder_ / "one", training_);
  ASSERT_TRUE(read && *read);
  EXPECT_EQ(**read, **result);
  EXPECT_TRUE((**read)["validation_accuracy"].is_number());
  EXPECT_TRUE((**read)["test_accuracy"].is_number());
}

TEST_F(TrainingFolderTest, BelongsToOneTraining) {
  ASSERT_TRUE(Train(training_));
  FullTraining other = training_;
  other.settings.seed = 2;
  const Status checked = CheckTrainingFolder(folder_ / "one", other);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(checked.error().message, HasSubstr("first difference: /seed"));
  const auto result = ReadTrainingResult(folder_ / "one", other);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("another training"));
  // How a search would go on is no part of a training.
  other = training_;
  other.settings.search.generations = 99;
  EXPECT_TRUE(CheckTrainingFolder(folder_ / "one", other));
}

TEST_F(TrainingFolderTest, ADamagedResultIsAnErrorThatSaysWhatToDo) {
  EXPECT_FALSE(*ReadTrainingResult(folder_ / "one", training_));
  ASSERT_TRUE(MakeFolders(folder_ / "one"));
  for (const char* text : {"", "{", "{}", "[]", "7"}) {
    ASSERT_TRUE(WriteFileAtomically(ResultPath(folder_ / "one"), text));
    const auto result = ReadTrainingResult(folder_ / "one", training_);
    ASSERT_FALSE(result) << text;
    EXPECT_THAT(result.error().message, HasSubstr("delete it to train again"));
  }
}

TEST_F(TrainingFolderTest, StoppedItHasACheckpointAndNoResult) {
  observer_.stop = [] { return true; };
  const auto result = Train(training_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_FALSE(*result);
  EXPECT_TRUE(fs::exists(CheckpointPath(folder_ / "one")));
  EXPECT_FALSE(fs::exists(ResultPath(folder_ / "one")));
}

TEST_F(TrainingFolderTest, ADivergenceIsAResultWithoutAccuracies) {
  training_.settings.training.schedule = *ParseSchedule("1@1e30");
  const auto result = Train(training_);
  ASSERT_TRUE(result && *result) << result.error().message;
  EXPECT_THAT((**result)["diverged"].get<std::string>(), HasSubstr("not finite"));
  EXPECT_FALSE((*result)->contains("test_accuracy"));
  EXPECT_FALSE(fs::exists(WeightsPath(folder_ / "one")));
}

TEST_F(TrainingFolderTest, AMistakeLeavesNoFolder) {
  training_.settings.data = "cifar10:" + (folder_ / "none").string();
  EXPECT_FALSE(Train(training_));
  EXPECT_FALSE(fs::exists(folder_ / "one"));
}

TEST_F(TrainingFolderTest, AnErrorOfTheObserverEndsTheTraining) {
  observer_.step = [](const TrainingMoment& moment) -> Status {
    EXPECT_EQ(moment.epoch, 1);
    EXPECT_EQ(moment.images, 64);
    EXPECT_EQ(moment.fraction(), 0.5);
    return Failure("cannot write the progress");
  };
  const auto result = Train(training_);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "cannot write the progress");
}

}  // namespace
}  // namespace genet
