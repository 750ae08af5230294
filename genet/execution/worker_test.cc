#include "genet/execution/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <numeric>

#include "genet/base/random.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/execution/classification.h"
#include "genet/execution/outcome.h"
#include "genet/execution/task.h"
#include "genet/measures/measures_json.h"
#include "genet/settings/presets.h"

namespace genet {
namespace {

using testing::HasSubstr;

std::string BigEndian(uint32_t value) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 255);
  return text;
}

// A data set of MNIST's form: digit d is a bar at row 2d, on a noisy ground.
void WriteDigits(const fs::path& folder, const std::string& part, uint32_t count) {
  constexpr uint32_t kSide = 28;
  std::string images = BigEndian(0x803) + BigEndian(count) + BigEndian(kSide) + BigEndian(kSide);
  std::string labels = BigEndian(0x801) + BigEndian(count);
  RandomStream stream(RandomKey(1).Derive(part));
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t digit = i % 10;
    labels += static_cast<char>(digit);
    for (uint32_t row = 0; row < kSide; ++row) {
      for (uint32_t column = 0; column < kSide; ++column) {
        images += static_cast<char>(stream.Below(100) + (row == 2 * digit ? 150 : 0));
      }
    }
  }
  ASSERT_TRUE(WriteFileAtomically(folder / (part + "-images-idx3-ubyte"), images));
  ASSERT_TRUE(WriteFileAtomically(folder / (part + "-labels-idx1-ubyte"), labels));
}

class WorkerTest : public testing::Test {
 protected:
  WorkerTest() {
    EXPECT_TRUE(MakeFolders(folder_ / "mnist"));
    WriteDigits(folder_ / "mnist", "train", 400);
    WriteDigits(folder_ / "mnist", "t10k", 100);
  }

  // Four epochs of nine steps.
  RunSettings SmallSettings() const {
    RunSettings settings = *Preset("iccv");
    settings.data = "mnist:" + (folder_ / "mnist").string();
    settings.base = *ParseBaseNetwork("C3(P1)@4-MP3(S2)-FC8-D0.5-FC10");
    settings.space = *ParseSearchSpace("3");
    settings.training.schedule = *ParseSchedule("4@1e-2");
    settings.training.batch = 32;
    settings.training.augment_shift = true;
    settings.validation_images = 100;
    settings.record_test_accuracy = true;
    return settings;
  }
  Job SmallJob(const std::string& name) const {
    const TaskFiles files = FilesWithStem(folder_ / name);
    return {.work = EvaluateJob{.id = {2, 5},
                                .genome = "1-01",
                                .settings = SmallSettings(),
                                .outcome = files.outcome,
                                .checkpoint = files.checkpoint},
            .cache = folder_ / "cache",
            .progress = files.progress,
            .checkpoint_seconds = 0};  // after every step
  }
  static const EvaluateJob& WorkOf(const Job& job) { return std::get<EvaluateJob>(job.work); }

  // Stops after so many steps.
  static std::function<bool()> After(int steps) {
    return [steps, done = 0]() mutable { return ++done >= steps; };
  }
  static bool Never() { return false; }

  // Without what depends on the clock and the machine.
  static nlohmann::json Lasting(const Job& job) {
    const auto outcome = ReadOutcome(WorkOf(job).outcome);
    if (!outcome) return outcome.error().message;
    const Evaluation& e = outcome->evaluation;
    return {{"status", Name(e.status)},
            {"measures", ToJson(e.measures)},
            {"curve", CurveToJson(e.curve)},
            {"fingerprint", outcome->fingerprint}};
  }

  ScratchFolder folder_;
};

TEST_F(WorkerTest, LeavesAnOutcome) {
  const Job job = SmallJob("one");
  const Status status = RunWorker(job, {}, Never);
  ASSERT_TRUE(status) << status.error().message;
  const auto outcome = ReadOutcome(WorkOf(job).outcome);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->fingerprint, WorkOf(job).Fingerprint());
  const auto& [finished, measures, cause, curve, cost] = outcome->evaluation;
  EXPECT_EQ(finished, Evaluation::Status::kFinished);
  EXPECT_TRUE(measures.test_accuracy);
  EXPECT_GT(*measures.loss, 0);
  ASSERT_EQ(measures.class_hits.size(), 10u);
  const auto hits = std::accumulate(measures.class_hits.begin(), measures.class_hits.end(), 0.0);
  EXPECT_DOUBLE_EQ(hits / 100, *measures.accuracy);
  EXPECT_GT(*measures.parameters, 1000);
  EXPECT_GT(*measures.multiply_adds, *measures.parameters);
  EXPECT_EQ(curve.size(), 4u);
  EXPECT_GT(*cost.peak_bytes, 1 << 20);
  EXPECT_GT(*cost.images_per_second, 0);
  // Steps and measuring take less than the whole.
  EXPECT_LT(*cost.train_seconds_per_image * 4 * 288 + *cost.inference_seconds_per_image * 100,
            *cost.seconds);
  EXPECT_EQ(cost.finished.size(), std::string("2026-01-01T00:00:00Z").size());
  EXPECT_FALSE(cost.machine.empty());
  EXPECT_FALSE(cost.version.empty());
  EXPECT_TRUE(fs::exists(job.progress));
}

TEST_F(WorkerTest, StoppedAnywhereItEndsAsIfUndisturbed) {
  const Job undisturbed = SmallJob("undisturbed"), stopped = SmallJob("stopped");
  ASSERT_TRUE(RunWorker(undisturbed, {}, Never));
  for (const int steps : {3, 13, 20}) {  // 3 in the first epoch, 13 after it, then 20 more
    const Status status = RunWorker(stopped, {}, After(steps));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().message, "stopped");
    EXPECT_FALSE(fs::exists(WorkOf(stopped).outcome));
  }
  ASSERT_TRUE(RunWorker(stopped, {}, Never));
  EXPECT_EQ(Lasting(stopped), Lasting(undisturbed));
  const auto outcome = ReadOutcome(WorkOf(stopped).outcome);
  EXPECT_EQ(outcome->evaluation.cost.epochs_resumed, 3);
}

TEST_F(WorkerTest, ADamagedCheckpointIsNotUsed) {
  const Job undisturbed = SmallJob("undisturbed"), job = SmallJob("damaged");
  ASSERT_TRUE(RunWorker(undisturbed, {}, Never));
  ASSERT_FALSE(RunWorker(job, {}, After(20)));
  const fs::path& checkpoint = WorkOf(job).checkpoint;
  fs::resize_file(checkpoint, fs::file_size(checkpoint) / 2);
  ASSERT_TRUE(RunWorker(job, {}, Never));
  EXPECT_EQ(Lasting(job), Lasting(undisturbed));
}

TEST_F(WorkerTest, AnOutcomeOfTheJobIsKeptAndAnotherIsNot) {
  const Job job = SmallJob("one");
  const Outcome kept{WorkOf(job).Fingerprint(),
                     {.status = Evaluation::Status::kFinished, .measures = {.accuracy = 0.125}}};
  ASSERT_TRUE(WriteOutcome(WorkOf(job).outcome, kept));
  ASSERT_TRUE(RunWorker(job, {}, Never));
  EXPECT_EQ(ReadOutcome(WorkOf(job).outcome)->evaluation.measures.accuracy, 0.125);
  ASSERT_TRUE(WriteOutcome(WorkOf(job).outcome, {"another job", kept.evaluation}));
  ASSERT_TRUE(RunWorker(job, {}, Never));
  EXPECT_EQ(ReadOutcome(WorkOf(job).outcome)->fingerprint, WorkOf(job).Fingerprint());
}

TEST_F(WorkerTest, FilesThatCannotBeWrittenAreErrorsThatNameThem) {
  const fs::path nowhere = folder_ / "no" / "such" / "folder";
  for (const int file : {0, 1, 2}) {
    Job job = SmallJob("one");
    auto& work = std::get<EvaluateJob>(job.work);
    *std::array{&job.progress, &work.checkpoint, &work.outcome}[static_cast<size_t>(file)] =
        nowhere;
    const Status status = RunWorker(job, {}, Never);
    ASSERT_FALSE(status) << file;
    EXPECT_EQ(status.error().kind, ErrorKind::kFailure);
    EXPECT_THAT(status.error().message, HasSubstr(nowhere.string()));
    EXPECT_THAT(status.error().message, HasSubstr("No such file"));
  }
}

TEST_F(WorkerTest, ADataSetThatIsGoneIsAnErrorThatNamesIt) {
  const Job job = SmallJob("one");
  fs::remove(folder_ / "mnist" / "train-images-idx3-ubyte");
  const Status status = RunWorker(job, {}, Never);
  ASSERT_FALSE(status);
  // It was there when the search began, so the machine is at fault and not the user.
  EXPECT_EQ(status.error().kind, ErrorKind::kFailure);
  EXPECT_THAT(status.error().message, HasSubstr("train-images-idx3-ubyte"));
  EXPECT_FALSE(fs::exists(WorkOf(job).outcome));
}

TEST_F(WorkerTest, EndsWithItsParent) {
  const Job job = SmallJob("one");
  const Status status = RunWorker(job, {.parent = ::getpid()}, Never);  // not our parent
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "stopped");
}

TEST_F(WorkerTest, ATrainingInFullEndsAsItsFolderWouldByItself) {
  RunSettings settings = SmallSettings();
  const FullTraining training{.settings = settings,
                              .genome = *Genome::Parse("1-01", settings.space),
                              .full_training_set = true};
  Job job = SmallJob("full");
  job.work = TrainJob{training, folder_ / "by-worker"};
  ASSERT_FALSE(RunWorker(job, {}, After(13)));
  ASSERT_TRUE(RunWorker(job, {}, Never));
  const auto alone = TrainInFolder(folder_ / "alone", training, {.cache = job.cache}, 60, {});
  ASSERT_TRUE(alone && *alone);
  const auto result = ReadTrainingResult(folder_ / "by-worker", training);
  ASSERT_TRUE(result && *result);
  for (const char* key : {"curve", "test_accuracy", "test_top5_accuracy", "train_images"}) {
    EXPECT_EQ((**result)[key], (**alone)[key]) << key;
  }
  EXPECT_EQ(*ReadFile(WeightsPath(folder_ / "by-worker")),
            *ReadFile(WeightsPath(folder_ / "alone")));
}

TEST_F(WorkerTest, AClassificationLeavesFeaturesAndResult) {
  ClassifyJob work{.weights = {},
                   .weights_checksum = {},
                   .layer = {},
                   .untrained = {},
                   .data = SmallSettings().data,
                   .train_per_class = 20,
                   .splits = 2,
                   .features = folder_ / "pixels.npy",
                   .outcome = folder_ / "pixels.json"};
  const Job job{.work = work, .cache = folder_ / "cache", .progress = folder_ / "progress"};
  ASSERT_TRUE(RunWorker(job, {}, Never));
  const auto result = ReadClassification(work.outcome, work.Identity());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->images, 500u);
  EXPECT_EQ(result->dimensions, 28u * 28);
  EXPECT_EQ(result->accuracies.size(), 2u);
  EXPECT_GT(result->accuracies[0], 0.9);  // each digit has a row of its own
  EXPECT_TRUE(fs::exists(work.features));
}

TEST_F(WorkerTest, AClassificationThatCannotBeIsRecordedWithItsCause) {
  ClassifyJob work{.weights = {},
                   .weights_checksum = {},
                   .layer = {},
                   .untrained = {},
                   .data = SmallSettings().data,
                   .train_per_class = 5000,
                   .splits = 2,
                   .features = folder_ / "pixels.npy",
                   .outcome = folder_ / "pixels.json"};
  ASSERT_TRUE(
      RunWorker({.work = work, .cache = folder_ / "cache", .progress = folder_ / "p"}, {}, Never));
  const auto result = ReadClassification(work.outcome, work.Identity());
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->accuracies.empty());
  EXPECT_THAT(result->cause, HasSubstr("class"));
}

}  // namespace
}  // namespace genet
