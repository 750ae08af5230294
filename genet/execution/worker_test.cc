#include "genet/execution/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genet/base/random.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/execution/outcome.h"

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
  Job SmallJob(const std::string& name) {
    Job job;
    job.id = {2, 5};
    job.genome = "1-01";
    job.settings = *Preset("iccv");
    job.settings.data = "mnist:" + (folder_ / "mnist").string();
    job.settings.base = *ParseBaseNetwork("C3(P1)@4-MP3(S2)-FC8-D0.5-FC10");
    job.settings.space = *ParseSearchSpace("3");
    job.settings.training.schedule = *ParseSchedule("4@1e-2");
    job.settings.training.batch = 32;
    job.settings.training.augment_shift = true;
    job.settings.validation_images = 100;
    job.settings.record_test_accuracy = true;
    job.cache = folder_ / "cache";
    job.outcome = folder_ / (name + ".outcome.json");
    job.checkpoint = folder_ / (name + ".checkpoint.safetensors");
    job.progress = folder_ / (name + ".progress");
    job.checkpoint_seconds = 0;  // after every step
    return job;
  }

  // Stops after so many steps.
  static std::function<bool()> After(int steps) {
    return [steps, done = 0]() mutable { return ++done >= steps; };
  }
  static bool Never() { return false; }

  // Without what depends on the clock and the machine.
  static nlohmann::json Lasting(const Job& job) {
    const auto outcome = ReadOutcome(job.outcome);
    if (!outcome) return outcome.error().message;
    const Evaluation& e = outcome->evaluation;
    return {{"status", Name(e.status)},
            {"accuracy", e.accuracy.value_or(-1)},
            {"test_accuracy", e.test_accuracy.value_or(-1)},
            {"curve", nlohmann::json::parse(e.details)["curve"]},
            {"fingerprint", outcome->fingerprint}};
  }

  ScratchFolder folder_;
};

TEST_F(WorkerTest, LeavesAnOutcome) {
  const Job job = SmallJob("one");
  const Status status = RunWorker(job, Never);
  ASSERT_TRUE(status) << status.error().message;
  const auto outcome = ReadOutcome(job.outcome);
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->fingerprint, job.Fingerprint());
  EXPECT_EQ(outcome->evaluation.status, Evaluation::Status::kFinished);
  EXPECT_TRUE(outcome->evaluation.test_accuracy);
  const auto details = nlohmann::json::parse(outcome->evaluation.details);
  EXPECT_EQ(details["curve"].size(), 4u);
  EXPECT_GT(details["cost"]["peak_bytes"], 1 << 20);
  EXPECT_TRUE(fs::exists(job.progress));
}

TEST_F(WorkerTest, StoppedAnywhereItEndsAsIfUndisturbed) {
  const Job undisturbed = SmallJob("undisturbed"), stopped = SmallJob("stopped");
  ASSERT_TRUE(RunWorker(undisturbed, Never));
  for (const int steps : {3, 13, 20}) {  // 3 in the first epoch, 13 after it, then 20 more
    const Status status = RunWorker(stopped, After(steps));
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().message, "stopped");
    EXPECT_FALSE(fs::exists(stopped.outcome));
  }
  ASSERT_TRUE(RunWorker(stopped, Never));
  EXPECT_EQ(Lasting(stopped), Lasting(undisturbed));
  const auto outcome = ReadOutcome(stopped.outcome);
  EXPECT_EQ(nlohmann::json::parse(outcome->evaluation.details)["cost"]["epochs_resumed"], 3);
}

TEST_F(WorkerTest, ADamagedCheckpointIsNotUsed) {
  const Job undisturbed = SmallJob("undisturbed"), job = SmallJob("damaged");
  ASSERT_TRUE(RunWorker(undisturbed, Never));
  ASSERT_FALSE(RunWorker(job, After(20)));
  fs::resize_file(job.checkpoint, fs::file_size(job.checkpoint) / 2);
  ASSERT_TRUE(RunWorker(job, Never));
  EXPECT_EQ(Lasting(job), Lasting(undisturbed));
}

TEST_F(WorkerTest, AnOutcomeOfTheJobIsKeptAndAnotherIsNot) {
  const Job job = SmallJob("one");
  const Outcome kept{job.Fingerprint(),
                     {.status = Evaluation::Status::kFinished, .accuracy = 0.125, .details = "{}"}};
  ASSERT_TRUE(WriteOutcome(job.outcome, kept));
  ASSERT_TRUE(RunWorker(job, Never));
  EXPECT_EQ(ReadOutcome(job.outcome)->evaluation.accuracy, 0.125);
  ASSERT_TRUE(WriteOutcome(job.outcome, {"another job", kept.evaluation}));
  ASSERT_TRUE(RunWorker(job, Never));
  EXPECT_EQ(ReadOutcome(job.outcome)->fingerprint, job.Fingerprint());
}

TEST_F(WorkerTest, FilesThatCannotBeWrittenAreErrorsThatNameThem) {
  for (fs::path Job::*file : {&Job::progress, &Job::checkpoint, &Job::outcome}) {
    Job job = SmallJob("one");
    job.*file = folder_ / "no" / "such" / "folder";
    const Status status = RunWorker(job, Never);
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message, HasSubstr((job.*file).string()));
    EXPECT_THAT(status.error().message, HasSubstr("No such file"));
  }
}

TEST_F(WorkerTest, ADataSetThatIsGoneIsAnErrorThatNamesIt) {
  const Job job = SmallJob("one");
  fs::remove(folder_ / "mnist" / "train-images-idx3-ubyte");
  const Status status = RunWorker(job, Never);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("train-images-idx3-ubyte"));
  EXPECT_FALSE(fs::exists(job.outcome));
}

}  // namespace
}  // namespace genet
