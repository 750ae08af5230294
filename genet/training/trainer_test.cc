#include "genet/training/trainer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <memory>
#include <set>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/training/checkpoint.h"
#include "genet/training/softmax_engine_fake.h"

namespace genet {
namespace {

using testing::HasSubstr;

constexpr int kPixels = 4;
constexpr int kClasses = 3;

// Image i is bright at the pixel of its class; its first pixel is i.
ImageList Images(int count) {
  auto bytes = std::make_shared<std::vector<uint8_t>>(static_cast<size_t>(count) * kPixels);
  std::vector<const uint8_t*> pixels;
  std::vector<int32_t> labels;
  for (int i = 0; i < count; ++i) {
    uint8_t* image = bytes->data() + static_cast<size_t>(i) * kPixels;
    image[0] = static_cast<uint8_t>(i);
    image[1 + i % kClasses] = static_cast<uint8_t>(100 + i % 50);
    pixels.push_back(image);
    labels.push_back(i % kClasses);
  }
  return ImageList(1, 2, 2, std::move(pixels), std::move(labels), bytes);
}

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

TEST_F(TrainerTest, EveryEpochHasItsOwnOrderWithoutRepetition) {
  SoftmaxEngine engine(kPixels, kClasses, 8);
  ASSERT_TRUE(Run(engine));
  const auto begin = engine.first_pixels.begin();
  std::vector<uint8_t> first(begin, begin + 48), second(begin + 48, begin + 96);
  EXPECT_EQ(std::set<uint8_t>(first.begin(), first.end()).size(), 48u);
  EXPECT_EQ(std::set<uint8_t>(second.begin(), second.end()).size(), 48u);
  EXPECT_NE(first, second);
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

// Pictures that are decoded when they are wanted: the first pixel tells the picture, the others
// where the square was cut out.
class FakePictures : public ImageDecoder {
 public:
  explicit FakePictures(int threads) : threads_(threads) {}
  Status Decode(uint32_t picture, const std::optional<CropPlace>& place,
                std::span<uint8_t> pixels) const override {
    if (picture == damaged) return Failure("picture {}: damaged", picture);
    pixels[0] = static_cast<uint8_t>(picture);
    pixels[1] = static_cast<uint8_t>(place ? 100 * place->row : 250);
    pixels[2] = static_cast<uint8_t>(place ? 100 * place->column : 250);
    pixels[3] = 0;
    return {};
  }
  std::span<const ChannelSums> Sums(uint32_t) const override { return {}; }
  int threads() const override { return threads_; }

  uint32_t damaged = UINT32_MAX;

 private:
  int threads_;
};

ImageList Streamed(std::shared_ptr<const FakePictures> decoder, int count) {
  std::vector<uint32_t> pictures(count);
  std::vector<int32_t> labels(count);
  for (int i = 0; i < count; ++i) {
    pictures[i] = static_cast<uint32_t>(i);
    labels[i] = i % kClasses;
  }
  return ImageList(std::move(decoder), 1, 2, 2, std::move(pictures), std::move(labels));
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
  const auto measured = Measure(engine, images, 8);
  ASSERT_FALSE(measured);
  EXPECT_EQ(measured.error().message, "picture 17: damaged");
}

TEST(Measure, GivesEachImageItsLogits) {
  SoftmaxEngine engine(kPixels, kClasses, 8);
  std::vector<float> logits(21 * kClasses, -1);
  const auto measurement = Measure(engine, Images(21), 8, logits);
  ASSERT_TRUE(measurement);
  EXPECT_EQ(logits, std::vector<float>(21 * kClasses, 0));
  EXPECT_NEAR(measurement->loss, std::log(3.0), 1e-12);
  EXPECT_NEAR(measurement->accuracy, 1.0 / 3, 1e-12);
}

TEST(NormalisingTransform, SubtractsTheMeanAndDividesByTheDeviation) {
  const InputTransform transform = NormalisingTransform({{0.5, 0.2}, {0.25, 0}});
  EXPECT_FLOAT_EQ(transform.scale[0] * 255 + transform.offset[0], 2);
  EXPECT_FLOAT_EQ(transform.offset[0], -2);
  EXPECT_FLOAT_EQ(transform.scale[1], 1.0f / 255);
}

}  // namespace
}  // namespace genet
