#include "genet/training/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <set>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/training/checkpoint.h"
#include "genet/training/images_for_test.h"
#include "genet/training/softmax_engine_for_test.h"

namespace genet {
namespace {

using testing::HasSubstr;

class TrainerTest : public testing::Test {
 protected:
  TrainerTest() {
    settings_.schedule = *ParseSchedule("3@1e-1,2@1e-2");
    settings_.batch = 8;
    callbacks_.log = [this](const std::string& line) { log_ += line + "\n"; };
  }

  Result<TrainingOutcome> Run(SoftmaxEngine& engine, bool with_checkpoint = false) {
    CheckpointSettings checkpoint{.file = {}, .seconds_between = 0, .identity = "a genome"};
    if (with_checkpoint) checkpoint.file = file_;
    return Train(engine, settings_, Images(50), Images(21), RandomKey(9), checkpoint, callbacks_);
  }

  ScratchFolder folder_;
  fs::path file_ = folder_ / "checkpoint";
  TrainingSettings settings_;
  TrainingCallbacks callbacks_;
  std::string log_;
};

TEST_F(TrainerTest, LearnsAndReportsEachEpoch) {
  SoftmaxEngine engine(kPixels, kClasses, 8);
  int epochs = 0;
  callbacks_.epoch = [&](const EpochRecord& record) { EXPECT_EQ(record.epoch, ++epochs); };
  const auto outcome = Run(engine);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->status, TrainingOutcome::Status::kFinished);
  EXPECT_EQ(outcome->accuracy, 1);
  EXPECT_EQ(epochs, 5);
  ASSERT_EQ(outcome->curve.size(), 5u);
  EXPECT_EQ(outcome->curve[2].learning_rate, 1e-1);
  EXPECT_EQ(outcome->curve[3].learning_rate, 1e-2);
  EXPECT_LT(outcome->curve[4].train_loss, outcome->curve[0].train_loss);
  // 50 images are six batches of 8; the measurement sees the remainder.
  EXPECT_EQ(engine.keys.size(), 30u);
  EXPECT_EQ(engine.evaluated, (std::vector<int>{8, 8, 5}));
  EXPECT_EQ(std::set<uint64_t>(engine.keys.begin(), engine.keys.end()).size(), 30u);
}

TEST_F(TrainerTest, ATrainingStoppedAnywhereResumesToTheSameBits) {
  SoftmaxEngine undisturbed(kPixels, kClasses, 8);
  const auto want = Run(undisturbed);
  ASSERT_TRUE(want);
  for (int stop_after = 1; stop_after < 30; stop_after += 4) {
    fs::remove(file_);
    SoftmaxEngine first(kPixels, kClasses, 8);
    int steps = 0;
    callbacks_.progress = [&](int, int64_t) { return ++steps == stop_after; };
    const auto stopped = Run(first, true);
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->status, TrainingOutcome::Status::kStopped);
    callbacks_.progress = nullptr;
    SoftmaxEngine second(kPixels, kClasses, 8);
    const auto resumed = Run(second, true);
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->epochs_resumed, (stop_after - 1) / 6);
    EXPECT_EQ(second.keys.size(), static_cast<size_t>(30 - stop_after));  // no step is done twice
    EXPECT_EQ(resumed->accuracy, want->accuracy);
    EXPECT_EQ(resumed->loss, want->loss);
    ASSERT_EQ(resumed->curve.size(), want->curve.size());
    for (size_t i = 0; i < want->curve.size(); ++i) {
      EXPECT_EQ(resumed->curve[i].train_loss, want->curve[i].train_loss);
    }
    EXPECT_EQ(second.State(), undisturbed.State());
  }
}

TEST_F(TrainerTest, ATrainingKilledAnywhereResumesToTheSameBits) {
  SoftmaxEngine undisturbed(kPixels, kClasses, 8);
  const auto want = Run(undisturbed);
  ASSERT_TRUE(want);
  for (int killed_in = 2; killed_in <= 30; killed_in += 4) {
    fs::remove(file_);
    SoftmaxEngine first(kPixels, kClasses, 8);
    int steps = 0;
    const fs::path left = folder_ / "left";
    callbacks_.progress = [&](int, int64_t) {
      if (++steps == killed_in) fs::copy_file(file_, left, fs::copy_options::overwrite_existing);
      return false;
    };
    ASSERT_TRUE(Run(first, true));
    callbacks_.progress = nullptr;
    fs::rename(left, file_);
    SoftmaxEngine second(kPixels, kClasses, 8);
    const auto resumed = Run(second, true);
    ASSERT_TRUE(resumed);
    EXPECT_EQ(second.keys.size(), static_cast<size_t>(31 - killed_in));
    EXPECT_EQ(resumed->loss, want->loss);
    ASSERT_EQ(resumed->curve.size(), want->curve.size());
    for (size_t i = 0; i < want->curve.size(); ++i) {
      EXPECT_EQ(resumed->curve[i].train_loss, want->curve[i].train_loss);
      EXPECT_EQ(resumed->curve[i].train_accuracy, want->curve[i].train_accuracy);
    }
    EXPECT_EQ(second.State(), undisturbed.State());
  }
}

TEST_F(TrainerTest, CheckpointsAreNoCloserThanAsked) {
  SoftmaxEngine engine(kPixels, kClasses, 8);
  const CheckpointSettings checkpoint{
      .file = file_, .seconds_between = 3600, .identity = "a genome"};
  ASSERT_TRUE(Train(engine, settings_, Images(50), Images(21), RandomKey(9), checkpoint, {}));
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(TrainerTest, ADamagedCheckpointIsSaidAndNotUsed) {
  SoftmaxEngine undisturbed(kPixels, kClasses, 8);
  ASSERT_TRUE(Run(undisturbed, true));
  const std::string bytes = *ReadFile(file_);
  ASSERT_TRUE(WriteFileAtomically(file_, bytes.substr(0, bytes.size() - 5)));
  SoftmaxEngine engine(kPixels, kClasses, 8);
  const auto outcome = Run(engine, true);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->epochs_resumed, 0);
  EXPECT_THAT(log_, HasSubstr("checkpoint not used: "));
  EXPECT_EQ(engine.State(), undisturbed.State());
}

TEST_F(TrainerTest, ACheckpointOfOtherSettingsIsSaidAndNotUsed) {
  SoftmaxEngine engine(kPixels, kClasses, 8);
  ASSERT_TRUE(Run(engine, true));
  settings_.weight_decay = 1e-3;
  SoftmaxEngine other(kPixels, kClasses, 8);
  const auto outcome = Run(other, true);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->epochs_resumed, 0);
  EXPECT_THAT(log_, HasSubstr("belongs to another training"));
}

TEST_F(TrainerTest, ALossThatIsNotFiniteIsADivergenceWithItsPlace) {
  SoftmaxEngine engine(kPixels, kClasses, 8);
  TensorMap state = engine.State();
  state["fc1.weight"].values[0] = std::numeric_limits<float>::quiet_NaN();
  ASSERT_TRUE(engine.SetState(state));
  const auto outcome = Run(engine);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->status, TrainingOutcome::Status::kDiverged);
  EXPECT_EQ(outcome->cause, "loss is not finite in epoch 1, step 1");
}

TEST_F(TrainerTest, FewerImagesThanABatchAreAnError) {
  SoftmaxEngine engine(kPixels, kClasses, 64);
  settings_.batch = 64;
  const auto outcome = Run(engine);
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().message, HasSubstr("50 training images"));
}

TEST_F(TrainerTest, ACheckpointThatCannotBeWrittenIsAnError) {
  SoftmaxEngine engine(kPixels, kClasses, 8);
  file_ = "/no/such/folder/checkpoint";
  EXPECT_FALSE(Run(engine, true));
}

TEST(TrainOnPictures, DoesNotDependOnTheNumberOfLoaderThreads) {
  TrainingSettings settings{.schedule = {{3, 1e-2}}, .batch = 8};
  const auto train = [&](int threads) {
    SoftmaxEngine engine(kPixels, kClasses, 8);
    const ImageList images = Streamed(std::make_shared<const FakePictures>(threads), 50);
    const auto outcome = Train(engine, settings, images, images, RandomKey(1), {}, {});
    EXPECT_TRUE(outcome);
    return std::pair(engine.State(), engine.first_pixels);
  };
  const auto centre = train(1);
  settings.augment_shift = true;
  const auto one = train(1);
  EXPECT_EQ(train(2), one);
  EXPECT_EQ(train(5), one);
  // The same order of images, cut out elsewhere.
  EXPECT_EQ(one.second, centre.second);
  EXPECT_NE(one.first, centre.first);
}

TEST(TrainOnPictures, ADamagedPictureEndsTheTrainingWithItsName) {
  const auto decoder = std::make_shared<FakePictures>(2);
  decoder->damaged = 17;
  const TrainingSettings settings{.schedule = {{1, 1e-2}}, .batch = 8};
  SoftmaxEngine engine(kPixels, kClasses, 8);
  const ImageList images = Streamed(decoder, 50);
  const auto outcome = Train(engine, settings, images, images, RandomKey(1), {}, {});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().message, "picture 17: damaged");
}

}  // namespace
}  // namespace genet
