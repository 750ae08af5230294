#include "genet/execution/local_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <map>
#include <thread>

#include "genet/base/duration.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/execution/job.h"
#include "genet/execution/outcome.h"
#include "genet/execution/worker_end.h"

namespace genet {
namespace {

using testing::HasSubstr;

// A pool whose workers are shell scripts. A script sees the job file as $2, its name without
// ".job.json" as $name; `good` writes the outcome that the job should have.
class LocalPoolTest : public testing::Test {
 protected:
  LocalPoolTest() {
    EXPECT_TRUE(MakeFolders(folder_ / "jobs"));
    options_.program = folder_ / "worker.sh";
    options_.jobs = folder_ / "jobs";
    options_.workers = 2;
  }

  void Script(const std::string& body) {
    std::ofstream(options_.program) << "#!/bin/sh\n"
                                    << "name=${2%.job.json}\n"
                                    << "base=${name##*/}\n"
                                    << "good() { cp " << folder_.path().string()
                                    << "/good-$base \"$name.part\"; "
                                       "mv \"$name.part\" \"$name.outcome.json\"; }\n"
                                    << body << "\n";
    ::chmod(options_.program.c_str(), 0755);
  }

  std::vector<EvaluationRequest> Requests(int count) {
    std::vector<EvaluationRequest> requests;
    for (int i = 0; i < count; ++i) {
      requests.push_back({{0, i}, *NamedGenome("genet-1", settings_.space)});
      Job job;
      job.id = {0, i};
      job.genome = requests.back().genome.ToString();
      job.settings = settings_;
      good_[i] = {job.Fingerprint(),
                  {.status = Evaluation::Status::kFinished, .accuracy = (i + 1) / 10.0}};
      EXPECT_TRUE(WriteOutcome(folder_ / fmt::format("good-g000-i{:03}", i), good_[i]));
    }
    return requests;
  }

  Status Run(int count) {
    return LocalPool(settings_, options_)
        .Evaluate(Requests(count), [this](const EvaluationRequest& request, const Evaluation& e) {
          EXPECT_FALSE(results_.contains(request.id.individual));
          results_[request.id.individual] = e;
          return Status();
        });
  }

  ScratchFolder folder_;
  RunSettings settings_ = *Preset("smoke");
  LocalPoolOptions options_;
  std::map<int, Outcome> good_;
  std::map<int, Evaluation> results_;
};

TEST_F(LocalPoolTest, ReportsEveryOutcomeOnceAndRemovesTheFiles) {
  Script("good");
  ASSERT_TRUE(Run(5));
  ASSERT_EQ(results_.size(), 5u);
  for (const auto& [i, e] : results_) {
    EXPECT_EQ(e.status, Evaluation::Status::kFinished);
    EXPECT_EQ(e.accuracy, (i + 1) / 10.0);
    EXPECT_EQ(e.attempts, 1);
  }
  EXPECT_TRUE(fs::is_empty(options_.jobs));
}

// Each of the first four waits for the others, so that all run at the same time.
TEST_F(LocalPoolTest, EveryWorkerIsGivenADeviceAndTheyAreSharedOutEvenly) {
  options_.workers = 4;
  options_.devices = {"cuda:0", "cuda:1"};
  const fs::path seen = folder_ / "seen";
  Script(fmt::format(R"sh(sed -n 's/.*"device": "\(.*\)".*/\1/p' $2 >> {0}
until [ $(wc -l < {0}) -ge 4 ]; do sleep 0.01; done
good)sh",
                     seen.string()));
  ASSERT_TRUE(Run(6));
  std::map<std::string, int> first, all;
  std::ifstream file(seen);
  int line = 0;
  for (std::string device; std::getline(file, device); ++line) {
    if (line < 4) ++first[device];
    ++all[device];
  }
  EXPECT_EQ(line, 6);
  EXPECT_EQ(first, (std::map<std::string, int>{{"cuda:0", 2}, {"cuda:1", 2}}));
  EXPECT_EQ(all.size(), 2u);
}

TEST_F(LocalPoolTest, ACrashAtEveryAttemptIsAFailureWithoutAccuracy) {
  Script("echo out of luck >&2; exit 3");
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].status, Evaluation::Status::kFailed);
  EXPECT_FALSE(results_[0].accuracy);
  EXPECT_EQ(results_[0].attempts, 3);
  EXPECT_THAT(results_[0].cause, HasSubstr("exit status 3"));
  EXPECT_THAT(results_[0].cause, HasSubstr("out of luck"));
}

TEST_F(LocalPoolTest, AKilledWorkerIsStartedAgain) {
  Script("if [ -e $name.seen ]; then rm $name.seen; good; else : > $name.seen; kill -9 $$; fi");
  ASSERT_TRUE(Run(3));
  for (const auto& [i, e] : results_) {
    EXPECT_EQ(e.status, Evaluation::Status::kFinished);
    EXPECT_EQ(e.attempts, 2);
  }
}

// Counts in $name.runs how often it was started, and dies while that is at most `deaths`.
std::string Dying(int deaths, const std::string& how) {
  return fmt::format(
      "echo x >> $name.runs; runs=$(wc -l < $name.runs); if [ $runs -gt {} ]; then good; else {}; "
      "fi",
      deaths, how);
}

TEST_F(LocalPoolTest, KillsFromOutsideDoNotUseUpAttempts) {
  Script(Dying(10, "kill -9 $$"));
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].status, Evaluation::Status::kFinished);
  EXPECT_EQ(results_[0].accuracy, 0.1);
  EXPECT_EQ(results_[0].attempts, 11);
}

TEST_F(LocalPoolTest, AStopFromOutsideDoesNotUseUpAttempts) {
  Script(Dying(5, "kill -15 $$"));
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].status, Evaluation::Status::kFinished);
}

TEST_F(LocalPoolTest, AWorkerThatWasToldToStopDoesNotUseUpAttempts) {
  Script(Dying(5, "exit 143"));
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].status, Evaluation::Status::kFinished);
}

TEST_F(LocalPoolTest, AWorkerThatIsKilledWithoutEndStopsTheRunAndRecordsNothing) {
  options_.kills = 5;
  Script(Dying(100, "kill -9 $$"));
  const Status status = Run(1);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("5 times in a row without progress"));
  EXPECT_THAT(status.error().message, HasSubstr("signal 9"));
  EXPECT_TRUE(results_.empty());
}

TEST_F(LocalPoolTest, ProgressForgivesKills) {
  options_.kills = 2;
  Script(Dying(9, "echo 0.$runs 100 > $name.progress; kill -9 $$"));
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].attempts, 10);
}

TEST_F(LocalPoolTest, ANewCheckpointIsProgress) {
  options_.kills = 2;
  Script(Dying(9, "sleep 0.01; echo $runs > $name.checkpoint.safetensors; kill -9 $$"));
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].attempts, 10);
}

TEST_F(LocalPoolTest, LackOfMemoryIsAFailureOnlyAfterThreeEndsWithoutProgress) {
  int64_t kills = 7;
  options_.memory_kills = [&] {
    std::ifstream runs(options_.jobs / "g000-i000.runs");
    int64_t lines = 0;
    for (std::string line; std::getline(runs, line);) ++lines;
    return kills + lines;
  };
  Script(Dying(100, "kill -9 $$"));
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].status, Evaluation::Status::kFailed);
  EXPECT_EQ(results_[0].attempts, 3);
  EXPECT_THAT(results_[0].cause, HasSubstr("memory ran out"));
}

TEST_F(LocalPoolTest, AFailingMachineStopsTheRunAndKeepsWhatIsDone) {
  Script(
      fmt::format("if [ $base = g000-i001 ]; then echo 'genet: cannot write $name: No space left' "
                  ">&2; exit {}; "
                  "else good; fi",
                  kMachineExitStatus));
  options_.workers = 1;
  const Status status = Run(3);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("No space left"));
  EXPECT_THAT(status.error().message, HasSubstr("run the same command again"));
  EXPECT_THAT(status.error().message, testing::Not(HasSubstr("genet:")));
  EXPECT_EQ(results_.size(), 1u);

  Script("good");
  results_.clear();
  ASSERT_TRUE(Run(3));
  EXPECT_EQ(results_.size(), 3u);
}

TEST_F(LocalPoolTest, AHangIsAFailureThatSaysSo) {
  Script("exec sleep 100");
  options_.hang_seconds = 0.1;
  options_.attempts = 2;
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].status, Evaluation::Status::kFailed);
  EXPECT_THAT(results_[0].cause, HasSubstr("no progress"));
}

TEST_F(LocalPoolTest, ATimeLimitIsKept) {
  Script("exec sleep 100");
  options_.time_limit_seconds = 0.1;
  options_.attempts = 1;
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].status, Evaluation::Status::kFailed);
  EXPECT_THAT(results_[0].cause, HasSubstr("time limit"));
}

TEST_F(LocalPoolTest, ABadOutcomeFileIsNeverAnAccuracy) {
  Script("echo '{\"accuracy\": 0.9}' > $name.outcome.json");
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].status, Evaluation::Status::kFailed);
  EXPECT_FALSE(results_[0].accuracy);
}

TEST_F(LocalPoolTest, NoOutcomeFileIsNeverAnAccuracy) {
  Script("exit 0");
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].status, Evaluation::Status::kFailed);
}

TEST_F(LocalPoolTest, AnOutcomeLeftByAKilledSearchIsUsedWithoutTraining) {
  Script("exit 1");
  Requests(1);
  ASSERT_TRUE(WriteOutcome(options_.jobs / "g000-i000.outcome.json", good_[0]));
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].accuracy, 0.1);
}

TEST_F(LocalPoolTest, AnOutcomeOfAnotherJobIsNotUsed) {
  Script("good");
  ASSERT_TRUE(
      WriteOutcome(options_.jobs / "g000-i000.outcome.json",
                   {"another job", {.status = Evaluation::Status::kFinished, .accuracy = 0.99}}));
  ASSERT_TRUE(Run(1));
  EXPECT_EQ(results_[0].accuracy, 0.1);
}

TEST_F(LocalPoolTest, StopsWithinTwoSecondsEvenIfWorkersIgnoreTheSignal) {
  Script("trap '' TERM; echo $$ > $name.pid; while :; do sleep 0.1; done");
  const auto ready = [this] {
    return fs::exists(options_.jobs / "g000-i000.pid") &&
           fs::exists(options_.jobs / "g000-i001.pid");
  };
  Clock::time_point asked;
  bool stop = false;
  options_.stop = [&] {
    if (!stop && ready()) {
      stop = true;
      asked = Clock::now();
    }
    return stop;
  };
  const Status status = Run(4);
  EXPECT_LT(SecondsSince(asked), 2);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "stopped");
  EXPECT_TRUE(results_.empty());
  for (const char* name : {"g000-i000.pid", "g000-i001.pid"}) {
    const pid_t pid = std::stoi(*ReadFile(options_.jobs / name));
    EXPECT_EQ(::kill(pid, 0), -1) << "a worker still runs";
  }
}

TEST_F(LocalPoolTest, AnErrorOfTheRecorderEndsTheEvaluationAndKeepsTheOutcome) {
  Script("good");
  const Status status =
      LocalPool(settings_, options_)
          .Evaluate(Requests(1), [](const EvaluationRequest&, const Evaluation&) -> Status {
            return Failure("the disk is full");
          });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "the disk is full");
  EXPECT_TRUE(fs::exists(options_.jobs / "g000-i000.outcome.json"));
}

TEST_F(LocalPoolTest, AProgramThatCannotBeStartedIsAnError) {
  options_.program = folder_ / "no-such-program";
  EXPECT_FALSE(Run(1));
}

TEST_F(LocalPoolTest, WorkersDieWithTheirSearch) {
  Script("trap '' TERM HUP; echo $$ > $name.pid; exec sleep 100");
  const pid_t search = ::fork();
  if (search == 0) {
    [[maybe_unused]] const Status status = Run(1);
    ::_exit(0);
  }
  const fs::path file = options_.jobs / "g000-i000.pid";
  std::string text;
  for (int i = 0; i < 500 && text.find('\n') == std::string::npos; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    text = ReadFile(file).value_or("");
  }
  ::kill(search, SIGKILL);
  ::waitpid(search, nullptr, 0);
  ASSERT_FALSE(text.empty());
  const std::string stat = fmt::format("/proc/{}/stat", std::stoi(text));
  bool gone = false;
  for (int i = 0; i < 200 && !gone; ++i) {
    const Result<std::string> content = ReadFile(stat);
    gone = !content || content->find(") Z ") != std::string::npos;
    if (!gone) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_TRUE(gone);
}

}  // namespace
}  // namespace genet
