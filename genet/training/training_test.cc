#include "genet/training/training.h"

#include <gtest/gtest.h>

#include <memory>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/training/images_for_test.h"
#include "genet/training/softmax_engine_for_test.h"
#include "genet/training/trainer.h"

namespace genet {
namespace {

// A training and what it needs.
struct Member {
  Member(TrainingSettings how, uint64_t key, fs::path file = {})
      : settings(std::move(how)),
        checkpoint{.file = std::move(file), .seconds_between = 0, .identity = "a network"},
        training(settings, images, RandomKey(key), checkpoint, callbacks) {
    EXPECT_TRUE(training.Start(engine));
  }

  void Step() {
    const Result<TrainingStep> step = training.Next();
    ASSERT_TRUE(step);
    ASSERT_TRUE(training.Record(engine.TrainStep(step->batch, step->options), engine));
  }

  const ImageList images = Images(50);
  const TrainingSettings settings;
  const CheckpointSettings checkpoint;
  const TrainingCallbacks callbacks;
  SoftmaxEngine engine{kPixels, kClasses, 8};
  Training training;
};

const TrainingSettings kLong{.schedule = {{3, 1e-1}, {2, 1e-2}}, .batch = 8};
const TrainingSettings kShort{.schedule = {{2, 1e-1}}, .batch = 4};

TEST(Training, SeveralThatAreLedSideBySideEndAsEachAlone) {
  // Other lengths, batches and epochs: the third goes on from where its process was killed.
  const ScratchFolder folder;
  {
    Member killed(kLong, 3, folder / "checkpoint");
    for (int i = 0; i < 8; ++i) killed.Step();
  }
  std::vector<std::unique_ptr<Member>> members;
  members.push_back(std::make_unique<Member>(kLong, 1));
  members.push_back(std::make_unique<Member>(kShort, 2));
  members.push_back(std::make_unique<Member>(kLong, 3, folder / "checkpoint"));
  for (bool any = true; any;) {
    any = false;
    for (const auto& member : members) {
      if (member->training.ended()) continue;
      member->Step();
      any = true;
    }
  }
  EXPECT_EQ(members[2]->training.outcome().epochs_resumed, 1);
  for (size_t i = 0; i < members.size(); ++i) {
    const Member& member = *members[i];
    SoftmaxEngine alone(kPixels, kClasses, 8);
    const Result<TrainingOutcome> outcome =
        Train(alone, member.settings, member.images, member.images, RandomKey(i + 1), {}, {});
    ASSERT_TRUE(outcome);
    EXPECT_EQ(member.engine.State(), alone.State());
    EXPECT_EQ(member.training.outcome().status, TrainingOutcome::Status::kFinished);
    ASSERT_EQ(member.training.outcome().curve.size(), outcome->curve.size());
    EXPECT_EQ(member.training.outcome().curve.back().train_loss, outcome->curve.back().train_loss);
  }
}

TEST(Training, ThatWasStoppedAfterAnEpochsLastStepEndsTheEpochWhenItGoesOn) {
  const ScratchFolder folder;
  const ImageList images = Images(50);
  const CheckpointSettings checkpoint{
      .file = folder / "checkpoint", .seconds_between = 3600, .identity = ""};
  SoftmaxEngine engine(kPixels, kClasses, 8);
  TrainingCallbacks callbacks;
  int epochs = 0;
  callbacks.epoch = [&](const EpochRecord&) { ++epochs; };
  callbacks.progress = [](int, int64_t done) { return done == 48; };
  ASSERT_TRUE(Train(engine, kLong, images, images, RandomKey(1), checkpoint, callbacks));
  EXPECT_EQ(epochs, 0);
  Training training(kLong, images, RandomKey(1), checkpoint, callbacks);
  ASSERT_TRUE(training.Start(engine));
  EXPECT_EQ(epochs, 1);
  EXPECT_FALSE(training.ended());
}

}  // namespace
}  // namespace genet
