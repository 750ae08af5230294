#include "genet/execution/task_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/execution/executor_for_test.h"

namespace genet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

// Tasks whose outcome is their own key. A second passes between two looks of the queue.
class TaskQueueTest : public testing::Test {
 protected:
  TaskQueueTest() {
    options_.now = [this] { return now_; };
    options_.wait = [this] { now_ += std::chrono::seconds(1); };
    options_.log = [this](const std::string& line) { said_.push_back(line); };
    executor_.script = [](const Task& task, int) { return Done(task); };
  }

  static void Write(const fs::path& path, const std::string& text) {
    ASSERT_TRUE(WriteFileAtomically(path, text));
  }
  // Ends.
  static TaskEnd Done(const Task& task) {
    Write(task.files.outcome, task.key);
    return {task.key, std::nullopt, ""};
  }
  static TaskEnd Ended(const Task& task, WorkerFault fault, const std::string& cause = "somehow") {
    return {task.key, fault, cause};
  }
  // Fails in this way until the given attempt, which does its work.
  static ScriptedExecutor::Script DoneAtAttempt(int attempt, WorkerFault fault) {
    return
        [=](const Task& task, int now) { return now < attempt ? Ended(task, fault) : Done(task); };
  }

  QueuedTask TaskOf(int i) {
    const std::string key = fmt::format("t{}", i);
    const TaskFiles files = FilesWithStem(folder_ / key);
    return {.task = {key, files},
            .job = "job of " + key,
            .name = "worker of " + key,
            .read_outcome = [key, files]() -> Status {
              GENET_ASSIGN(const std::string text, ReadFile(files.outcome));
              return text == key ? Status() : Failure("of another job");
            },
            .tells_progress = tells_progress_};
  }
  Status Run(int count) {
    std::vector<QueuedTask> tasks;
    for (int i = 0; i < count; ++i) tasks.push_back(TaskOf(i));
    TaskQueue queue(executor_, options_);
    return queue.Run(tasks, [&, this](const TaskResult& result) -> Status {
      results_.push_back(result);
      for (; added_ > 0; --added_) queue.Add(TaskOf(count++));
      return recorded_;
    });
  }

  ScratchFolder folder_;
  ScriptedExecutor executor_{2};
  TaskQueueOptions options_;
  bool tells_progress_ = true;
  Clock::time_point now_ = {};
  Status recorded_ = {};
  int added_ = 0;  // tasks, when the first one ends
  std::vector<TaskResult> results_;
  std::vector<std::string> said_;
};

TEST_F(TaskQueueTest, TasksThatAreAddedWhenOneEndsRunLikeTheOthers) {
  added_ = 3;
  ASSERT_TRUE(Run(2));
  std::set<size_t> ended;
  for (const TaskResult& result : results_) ended.insert(result.index);
  EXPECT_EQ(results_.size(), 5u);
  EXPECT_THAT(ended, ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(TaskQueueTest, EveryTaskIsReportedOnce) {
  ASSERT_TRUE(Run(5));
  ASSERT_EQ(results_.size(), 5u);
  for (const TaskResult& result : results_) {
    EXPECT_EQ(result.attempts, 1);
    EXPECT_EQ(result.cause, "");
  }
  EXPECT_THAT(executor_.started, ElementsAre("t0", "t1", "t2", "t3", "t4"));
  EXPECT_EQ(executor_.most_at_once, 2u);
  EXPECT_FALSE(executor_.stopped);
}

TEST_F(TaskQueueTest, TheJobFileIsWrittenAndWhatAnEarlierWorkerLeftIsGone) {
  const TaskFiles files = FilesWithStem(folder_ / "t0");
  Write(files.progress, "0.5 100\n");
  Write(files.log, "what an earlier one said");
  executor_.script = [](const Task& task, int) {
    EXPECT_EQ(*ReadFile(task.files.job), "job of t0");
    EXPECT_FALSE(fs::exists(task.files.progress));
    EXPECT_FALSE(fs::exists(task.files.log));
    return Done(task);
  };
  ASSERT_TRUE(Run(1));
}

TEST_F(TaskQueueTest, ATaskThatAnEarlierProcessHasDoneIsNotStarted) {
  Write(FilesWithStem(folder_ / "t0").outcome, "t0");
  ASSERT_TRUE(Run(1));
  EXPECT_THAT(executor_.started, IsEmpty());
  EXPECT_EQ(results_.at(0).attempts, 1);
}

TEST_F(TaskQueueTest, TheOutcomeOfAnotherTaskIsNotUsed) {
  Write(FilesWithStem(folder_ / "t0").outcome, "t7");
  ASSERT_TRUE(Run(1));
  EXPECT_THAT(executor_.started, ElementsAre("t0"));
}

TEST_F(TaskQueueTest, AWholeOutcomeCountsHoweverItsWorkerEnded) {
  executor_.script = [](const Task& task, int) {
    Done(task);
    return Ended(task, WorkerFault::kOutside);
  };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).cause, "");
}

TEST_F(TaskQueueTest, ACrashAtEveryAttemptIsAFailureWithItsLastWords) {
  executor_.script = [](const Task& task, int) {
    Write(task.files.log, "genet: out of luck\n");
    return Ended(task, WorkerFault::kTask, "exit status 3");
  };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).attempts, 3);
  EXPECT_EQ(results_.at(0).cause, "exit status 3: out of luck");
  EXPECT_THAT(said_, ElementsAre("worker of t0 ended (exit status 3: out of luck); trying again",
                                 "worker of t0 ended (exit status 3: out of luck); trying again"));
}

TEST_F(TaskQueueTest, AWorkerThatSaysDoneWithoutAnOutcomeHasFailed) {
  executor_.script = [](const Task& task, int) { return TaskEnd{task.key, std::nullopt, ""}; };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).attempts, 3);
  EXPECT_THAT(results_.at(0).cause, HasSubstr("t0.outcome.json"));
}

TEST_F(TaskQueueTest, AnOutcomeThatCannotBeReadIsNoResult) {
  executor_.script = [](const Task& task, int) {
    Write(task.files.outcome, "{}");
    return TaskEnd{task.key, std::nullopt, ""};
  };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).cause, "of another job");
}

TEST_F(TaskQueueTest, KillsFromOutsideDoNotUseUpAttempts) {
  executor_.script = DoneAtAttempt(11, WorkerFault::kOutside);
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).attempts, 11);
  EXPECT_EQ(results_.at(0).cause, "");
}

TEST_F(TaskQueueTest, KillsWithoutEndStopTheRunAndNothingIsReported) {
  options_.kills = 5;
  executor_.script = DoneAtAttempt(100, WorkerFault::kOutside);
  const Status status = Run(1);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("5 times in a row without progress"));
  EXPECT_THAT(status.error().message, HasSubstr("stopped from outside by somehow"));
  EXPECT_THAT(results_, IsEmpty());
  EXPECT_TRUE(executor_.stopped);
}

TEST_F(TaskQueueTest, ProgressForgivesKills) {
  options_.kills = 2;
  executor_.script = [](const Task& task, int attempt) {
    if (attempt == 10) return Done(task);
    EXPECT_TRUE(WriteProgress(task.files.progress, {.fraction = 0.01 * attempt}));
    return Ended(task, WorkerFault::kOutside);
  };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).attempts, 10);
}

TEST_F(TaskQueueTest, ANewCheckpointIsProgress) {
  options_.kills = 2;
  executor_.script = [](const Task& task, int attempt) {
    if (attempt == 10) return Done(task);
    Write(task.files.checkpoint, "");
    // A file system may count time in steps of many milliseconds.
    fs::last_write_time(task.files.checkpoint,
                        fs::file_time_type() + std::chrono::seconds(attempt));
    return Ended(task, WorkerFault::kOutside);
  };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).attempts, 10);
}

TEST_F(TaskQueueTest, AfterACrashATaskIsTriedBeforeTheOthersAfterLackOfMemoryBehindThem) {
  executor_ = ScriptedExecutor(1);
  executor_.script = [](const Task& task, int attempt) {
    if (attempt > 1 || task.key == "t2") return Done(task);
    return Ended(task, task.key == "t0" ? WorkerFault::kTask : WorkerFault::kMemory);
  };
  ASSERT_TRUE(Run(3));
  EXPECT_THAT(executor_.started, ElementsAre("t0", "t0", "t1", "t2", "t1"));
}

TEST_F(TaskQueueTest, LackOfMemoryIsAFailureAfterThreeEndsWithoutProgress) {
  executor_.script = DoneAtAttempt(100, WorkerFault::kMemory);
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).attempts, 3);
  EXPECT_THAT(results_.at(0).cause, HasSubstr("memory ran out"));
}

TEST_F(TaskQueueTest, AFailingMachineStopsTheRunAndKeepsWhatIsDone) {
  executor_ = ScriptedExecutor(1);
  executor_.script = [](const Task& task, int) {
    if (task.key == "t0") return Done(task);
    Write(task.files.log, "genet: cannot write x: No space left\n");
    return Ended(task, WorkerFault::kMachine);
  };
  const Status status = Run(3);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kFailure);
  EXPECT_THAT(status.error().message, HasSubstr("worker of t1: cannot write x: No space left"));
  EXPECT_THAT(status.error().message, HasSubstr("run the same command again"));
  EXPECT_EQ(results_.size(), 1u);
  EXPECT_TRUE(executor_.stopped);
}

TEST_F(TaskQueueTest, ATaskThatCannotBeIsAUsageErrorOfTheRun) {
  executor_.script = [](const Task& task, int) {
    Write(task.files.log, "genet: the pool does not fit\n");
    return Ended(task, WorkerFault::kUsage);
  };
  const Status status = Run(1);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(status.error().message, "worker of t0: the pool does not fit");
}

TEST_F(TaskQueueTest, AHangIsAFaultOfTheTaskThatSaysSo) {
  options_.hang_seconds = 10;
  options_.attempts = 2;
  executor_.script = [](const Task&, int) { return std::nullopt; };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).attempts, 2);
  EXPECT_EQ(results_.at(0).cause, "no progress for 10 s");
}

TEST_F(TaskQueueTest, AnySignOfLifeIsProgress) {
  options_.hang_seconds = 10;
  executor_.script = [this](const Task& task, int) -> std::optional<TaskEnd> {
    const int64_t second = now_.time_since_epoch() / std::chrono::seconds(1);
    if (second > 100) return Done(task);
    EXPECT_TRUE(WriteProgress(task.files.progress, {.fraction = 1, .beats = second / 5}));
    return std::nullopt;
  };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).attempts, 1);
}

TEST_F(TaskQueueTest, ATaskThatCannotTellItsProgressDoesNotHang) {
  options_.hang_seconds = 10;
  tells_progress_ = false;
  executor_.script = [this](const Task& task, int) -> std::optional<TaskEnd> {
    if (now_.time_since_epoch() < std::chrono::seconds(100)) return std::nullopt;
    return Done(task);
  };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).attempts, 1);
}

TEST_F(TaskQueueTest, ATimeLimitHoldsHoweverMuchProgressThereIs) {
  options_.time_limit_seconds = 30;
  options_.attempts = 1;
  executor_.script = [this](const Task& task, int) -> std::optional<TaskEnd> {
    const int64_t second = now_.time_since_epoch() / std::chrono::seconds(1);
    EXPECT_TRUE(WriteProgress(task.files.progress, {.beats = second}));
    return std::nullopt;
  };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).cause, "over the time limit of 30 s");
}

TEST_F(TaskQueueTest, TimeInWhichNobodyCouldRunDoesNotCount) {
  options_.time_limit_seconds = 30;
  options_.hang_seconds = 20;
  int rounds = 0;
  options_.wait = [&, this] { now_ += ++rounds % 5 == 0 ? 24 * 3600s : 1s; };
  executor_.script = [&](const Task& task, int) {
    return rounds >= 10 ? std::optional(Done(task)) : std::nullopt;
  };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(0).attempts, 1);
  EXPECT_EQ(results_.at(0).cause, "");
  EXPECT_THAT(said_, IsEmpty());

  // However often it sleeps, a task that never moves hangs.
  fs::remove(FilesWithStem(folder_ / "t0").outcome);
  options_.attempts = 1;
  executor_.script = [](const Task&, int) { return std::nullopt; };
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_.at(1).cause, "no progress for 20 s");
}

TEST_F(TaskQueueTest, LimitsCountFromWhenATaskBegins) {
  options_.time_limit_seconds = 10;
  options_.hang_seconds = 10;
  const Clock::time_point scheduled = now_ + std::chrono::hours(1);
  executor_.begun = [=, this](const std::string&) { return now_ >= scheduled; };
  executor_.script = [=, this](const Task& task, int) {
    return now_ >= scheduled + std::chrono::seconds(9) ? std::optional(Done(task)) : std::nullopt;
  };
  ASSERT_TRUE(Run(1));
  EXPECT_THAT(executor_.cancelled, IsEmpty());
  EXPECT_EQ(results_.at(0).attempts, 1);

  executor_.script = [](const Task&, int) { return std::nullopt; };
  fs::remove(FilesWithStem(folder_ / "t0").outcome);
  options_.attempts = 1;
  const Clock::time_point before = now_;
  ASSERT_TRUE(Run(1));
  EXPECT_THAT(results_.at(1).cause, HasSubstr("over the time limit of 10 s"));
  EXPECT_LT(now_ - before, std::chrono::seconds(15));
}

TEST_F(TaskQueueTest, TheProgressOfWorkersIsPassedOn) {
  std::vector<double> fractions;
  options_.running = [&](size_t index, const WorkerProgress& progress) {
    EXPECT_EQ(index, 0u);
    fractions.push_back(progress.fraction);
  };
  executor_.script = [&](const Task& task, int) -> std::optional<TaskEnd> {
    if (fractions.size() == 2) return Done(task);
    EXPECT_TRUE(WriteProgress(task.files.progress, {fractions.empty() ? 0.25 : 0.5, 100}));
    return std::nullopt;
  };
  ASSERT_TRUE(Run(1));
  EXPECT_THAT(fractions, ElementsAre(0.25, 0.5));
}

TEST_F(TaskQueueTest, AWishToStopStopsTheWorkers) {
  executor_.script = [](const Task&, int) { return std::nullopt; };
  options_.stop = [this] { return now_.time_since_epoch() > std::chrono::seconds(5); };
  const Status status = Run(4);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "stopped");
  EXPECT_TRUE(executor_.stopped);
}

TEST_F(TaskQueueTest, AnErrorOfTheRecorderEndsAllAndKeepsTheOutcome) {
  recorded_ = Failure("the disk is full");
  const Status status = Run(3);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "the disk is full");
  EXPECT_TRUE(executor_.stopped);
  EXPECT_TRUE(fs::exists(FilesWithStem(folder_ / "t0").outcome));
}

TEST_F(TaskQueueTest, AWorkerThatCannotBeStartedStopsTheRun) {
  executor_.submitted = Failure("no such program");
  const Status status = Run(1);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("no such program"));
}

TEST_F(TaskQueueTest, AJobFileThatCannotBeWrittenStopsTheRun) {
  ASSERT_TRUE(MakeFolders(FilesWithStem(folder_ / "t0").job / "in the way"));
  const Status status = Run(1);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("t0.job.json"));
  EXPECT_THAT(executor_.started, IsEmpty());
}

}  // namespace
}  // namespace genet
