#include "genet/execution/evaluation_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/execution/executor_for_test.h"
#include "genet/execution/job.h"
#include "genet/execution/outcome.h"
#include "genet/settings/presets.h"

namespace genet {
namespace {

using testing::HasSubstr;

// Workers that read their job and answer with an accuracy that follows from its place.
class EvaluationQueueTest : public testing::Test {
 protected:
  EvaluationQueueTest() {
    queue_.wait = [] {};
    executor_.script = [](const Task& task, int) -> std::optional<TaskEnd> {
      const Result<Job> job = ReadJob(task.files.job);
      EXPECT_TRUE(job) << job.error().message;
      const auto& work = std::get<EvaluateJob>(job->work);
      EXPECT_EQ(work.outcome, task.files.outcome);
      EXPECT_TRUE(WriteOutcome(work.outcome, {work.Fingerprint(), Good(work.id.individual)}));
      return TaskEnd{task.key, std::nullopt, ""};
    };
  }

  static Evaluation Good(int individual) {
    return {.status = Evaluation::Status::kFinished,
            .measures = {.accuracy = (individual + 1) / 10.0}};
  }
  Status Run(int count) {
    std::vector<EvaluationRequest> requests;
    for (int i = 0; i < count; ++i) {
      requests.push_back({{4, i}, *NamedGenome("genet-1", settings_.space)});
    }
    return EvaluationQueue(settings_, executor_, options_, queue_)
        .Evaluate(requests,
                  [this](const EvaluationRequest& request,
                         const Evaluation& e) -> Result<std::vector<EvaluationRequest>> {
                    EXPECT_FALSE(results_.contains(request.id.individual));
                    results_[request.id.individual] = e;
                    GENET_TRY(recorded_);
                    return std::exchange(born_, {});
                  });
  }

  ScratchFolder folder_;
  RunSettings settings_ = *Preset("smoke");
  ScriptedExecutor executor_{2};
  EvaluationQueueOptions options_{.jobs = folder_ / "jobs", .cache = folder_ / "cache"};
  TaskQueueOptions queue_;
  Status recorded_ = {};
  std::vector<EvaluationRequest> born_;  // when the first evaluation ends
  std::map<int, Evaluation> results_;
};

TEST_F(EvaluationQueueTest, EvaluatesWhatIsBornMeanwhile) {
  for (int i = 5; i < 9; ++i) born_.push_back({{4, i}, *NamedGenome("genet-1", settings_.space)});
  ASSERT_TRUE(Run(5));
  EXPECT_EQ(results_.size(), 9u);
  EXPECT_EQ(results_[8].measures.accuracy, 0.9);
  EXPECT_TRUE(fs::is_empty(folder_ / "jobs"));
}

TEST_F(EvaluationQueueTest, ReportsEveryOutcomeOnceAndRemovesTheFiles) {
  ASSERT_TRUE(Run(5));
  ASSERT_EQ(results_.size(), 5u);
  for (const auto& [i, e] : results_) {
    EXPECT_EQ(e.status, Evaluation::Status::kFinished);
    EXPECT_EQ(e.measures.accuracy, (i + 1) / 10.0);
    EXPECT_EQ(e.cost.attempts, 1);
  }
  EXPECT_TRUE(fs::is_empty(options_.jobs));
}

TEST_F(EvaluationQueueTest, AFailureIsNeverAnAccuracy) {
  executor_.script = [](const Task& task, int) {
    return TaskEnd{task.key, WorkerFault::kTask, "exit status 3"};
  };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].status, Evaluation::Status::kFailed);
  EXPECT_FALSE(results_[0].measures.accuracy);
  EXPECT_EQ(results_[0].cost.attempts, 3);
  EXPECT_EQ(results_[0].cause, "exit status 3");
}

TEST_F(EvaluationQueueTest, AnOutcomeOfAnotherEvaluationIsNotUsed) {
  const fs::path outcome = options_.jobs / "g004-i000.outcome.json";
  ASSERT_TRUE(MakeFolders(options_.jobs));
  ASSERT_TRUE(WriteOutcome(outcome, {"another job", Good(8)}));
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].measures.accuracy, 0.1);
}

TEST_F(EvaluationQueueTest, WhatCouldNotBeRecordedIsFoundByTheNextRun) {
  recorded_ = Failure("the disk is full");
  const Status status = Run(1);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "the disk is full");
  recorded_ = {};
  results_.clear();
  executor_.started.clear();
  ASSERT_TRUE(Run(1));
  EXPECT_TRUE(executor_.started.empty());
  EXPECT_EQ(results_[0].measures.accuracy, 0.1);
}

TEST_F(EvaluationQueueTest, MessagesNameTheGenomeAndTheGeneration) {
  executor_.script = [](const Task& task, int) {
    return TaskEnd{task.key, WorkerFault::kMachine, "exit status 74"};
  };
  const Status status = Run(1);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message,
              HasSubstr(fmt::format("worker of {} in generation 4: exit status 74",
                                    NamedGenome("genet-1", settings_.space)->ToString())));
}

TEST(ProgressIn, IsThatOfWorkersWhichWereStartedSince) {
  const ScratchFolder jobs;
  const auto since = fs::file_time_type::clock::now();
  const auto start = [&](const std::string& stem, std::chrono::seconds after) {
    Put(jobs / (stem + ".job.json"), "{}");
    fs::last_write_time(jobs / (stem + ".job.json"), since + after);
  };
  start("g000-i001", std::chrono::seconds(1));
  ASSERT_TRUE(WriteProgress(jobs / "g000-i001.progress", {0.25, 99.5, 7}));
  start("g1000-i012", std::chrono::seconds(1));  // has nothing to tell yet
  start("g000-i002", std::chrono::seconds(-1));  // of a search that was killed
  ASSERT_TRUE(WriteProgress(jobs / "g000-i002.progress", {0.5, 99.5, 7}));
  Put(jobs / "g000-i003.progress", "0.75 1 1");
  Put(jobs / "notes.job.json", "");
  Put(jobs / "g0-i5.job.json", "");
  const auto progress = ProgressIn(jobs.path(), since);
  ASSERT_EQ(progress.size(), 2u);
  EXPECT_EQ(progress.at({0, 1}), (WorkerProgress{0.25, 99.5, 7}));
  EXPECT_EQ(progress.at({1000, 12}), WorkerProgress());
  EXPECT_TRUE(ProgressIn(jobs / "nowhere", since).empty());
}

}  // namespace
}  // namespace genet
