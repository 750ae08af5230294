#include "genet/execution/local_executor.h"

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

namespace genet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// An executor whose workers are shell scripts. A script sees the job file as $2 and its name
// without
// ".job.json" as $name.
class LocalExecutorTest : public testing::Test {
 protected:
  LocalExecutorTest() { options_.program = folder_ / "worker.sh"; }

  void Script(const std::string& body) {
    std::ofstream(options_.program) << "#!/bin/sh\nname=${2%.job.json}\n" << body << "\n";
    ::chmod(options_.program.c_str(), 0755);
  }
  Task TaskOf(const std::string& key) { return {key, FilesWithStem(folder_ / key)}; }

  // The ends of `count` tasks that run.
  static std::map<std::string, TaskEnd> Ends(Executor& executor, size_t count) {
    std::map<std::string, TaskEnd> ends;
    const Clock::time_point start = Clock::now();
    while (ends.size() < count && SecondsSince(start) < 20) {
      const auto polled = executor.Poll();
      EXPECT_TRUE(polled);
      for (const TaskEnd& end : *polled) ends[end.key] = end;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_EQ(ends.size(), count);
    return ends;
  }
  TaskEnd EndOf(const std::string& body) {
    Script(body);
    LocalExecutor executor(options_);
    EXPECT_TRUE(executor.Submit(std::vector{TaskOf("one")}));
    return Ends(executor, 1)["one"];
  }
  // Waits until the worker has written the file, whose first line it returns.
  static std::string FirstLine(const fs::path& path) {
    std::string line;
    for (int i = 0; i < 1000; ++i) {
      const std::string text = ReadFile(path).value_or("");
      if (const size_t end = text.find('\n'); end != std::string::npos) return text.substr(0, end);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << path << " was not written";
    return "";
  }

  ScratchFolder folder_;
  LocalExecutorOptions options_;
};

TEST_F(LocalExecutorTest, AWorkerIsToldItsJobAndWhatItWorksWith) {
  options_.threads = 3;
  options_.devices = {"cuda:1"};
  EXPECT_FALSE(EndOf("echo \"$*\"; exit 0").fault);
  EXPECT_EQ(*ReadFile(folder_ / "one.log"),
            fmt::format("worker {} --device cuda:1 --threads 3 --parent {}\n",
                        (folder_ / "one.job.json").string(), ::getpid()));
}

TEST_F(LocalExecutorTest, TheEndOfAProcessIsAFaultWithItsCause) {
  const TaskEnd crashed = EndOf("exit 3");
  EXPECT_EQ(crashed.fault, WorkerFault::kTask);
  EXPECT_EQ(crashed.cause, "exit status 3");
  const TaskEnd killed = EndOf("kill -9 $$");
  EXPECT_EQ(killed.fault, WorkerFault::kOutside);
  EXPECT_THAT(killed.cause, HasSubstr("signal 9"));
  EXPECT_EQ(EndOf("exit 74").fault, WorkerFault::kMachine);
  EXPECT_EQ(EndOf("exit 2").fault, WorkerFault::kUsage);
  EXPECT_EQ(EndOf("exit 143").fault, WorkerFault::kOutside);
}

TEST_F(LocalExecutorTest, ThereAreAsManyWorkersAsSlots) {
  options_.workers = 2;
  Script("until [ -e $name.go ]; do sleep 0.01; done");
  LocalExecutor executor(options_);
  EXPECT_EQ(executor.free_slots(), 2u);
  ASSERT_TRUE(executor.Submit(std::vector{TaskOf("a"), TaskOf("b")}));
  EXPECT_EQ(executor.free_slots(), 0u);
  std::ofstream(folder_ / "a.go");
  EXPECT_TRUE(Ends(executor, 1).contains("a"));
  EXPECT_EQ(executor.free_slots(), 1u);
  std::ofstream(folder_ / "b.go");
  EXPECT_TRUE(Ends(executor, 1).contains("b"));
}

TEST_F(LocalExecutorTest, DevicesAreSharedOutEvenly) {
  options_.workers = 4;
  options_.devices = {"cuda:0", "cuda:1"};
  Script("echo $4 > $name.device; until [ -e $name.go ]; do sleep 0.01; done");
  LocalExecutor executor(options_);
  ASSERT_TRUE(executor.Submit(std::vector{TaskOf("a"), TaskOf("b"), TaskOf("c"), TaskOf("d")}));
  std::map<std::string, int> used;
  for (const char* key : {"a", "b", "c", "d"}) {
    ++used[FirstLine(folder_ / (std::string(key) + ".device"))];
  }
  EXPECT_EQ(used, (std::map<std::string, int>{{"cuda:0", 2}, {"cuda:1", 2}}));
  // The device of the one that ends is the next one's.
  const std::string freed = FirstLine(folder_ / "c.device");
  std::ofstream(folder_ / "c.go");
  Ends(executor, 1);
  ASSERT_TRUE(executor.Submit(std::vector{TaskOf("e")}));
  EXPECT_EQ(FirstLine(folder_ / "e.device"), freed);
}

TEST_F(LocalExecutorTest, AKillOfTheKernelExplainsOneEnd) {
  options_.workers = 2;
  int64_t kills = 7;
  options_.memory_kills = [&] { return kills; };
  Script("until [ -e $name.go ]; do sleep 0.01; done; kill -9 $$");
  LocalExecutor executor(options_);
  ASSERT_TRUE(executor.Submit(std::vector{TaskOf("a"), TaskOf("b")}));
  ++kills;
  std::ofstream(folder_ / "a.go");
  EXPECT_EQ(Ends(executor, 1)["a"].fault, WorkerFault::kMemory);
  std::ofstream(folder_ / "b.go");
  EXPECT_EQ(Ends(executor, 1)["b"].fault, WorkerFault::kOutside);
}

TEST_F(LocalExecutorTest, ACancelledTaskIsNoneThatTheKernelKilled) {
  int64_t kills = 0;
  options_.workers = 2;
  options_.memory_kills = [&] { return kills; };
  Script("echo > $name.here; if [ -e $name.dies ]; then kill -9 $$; fi; exec sleep 100");
  LocalExecutor executor(options_);
  ASSERT_TRUE(executor.Submit(std::vector{TaskOf("a")}));
  FirstLine(folder_ / "a.here");
  ++kills;
  executor.Cancel("a");
  EXPECT_EQ(Ends(executor, 1)["a"].fault, WorkerFault::kOutside);
  std::ofstream(folder_ / "b.dies");
  ASSERT_TRUE(executor.Submit(std::vector{TaskOf("b")}));
  EXPECT_EQ(Ends(executor, 1)["b"].fault, WorkerFault::kMemory);
}

TEST_F(LocalExecutorTest, StopsWithinTwoSecondsEvenIfWorkersIgnoreTheSignal) {
  options_.workers = 2;
  Script("trap '' TERM; echo $$ > $name.pid; while :; do sleep 0.1; done");
  LocalExecutor executor(options_);
  ASSERT_TRUE(executor.Submit(std::vector{TaskOf("a"), TaskOf("b")}));
  const std::string first = FirstLine(folder_ / "a.pid"), second = FirstLine(folder_ / "b.pid");
  const Clock::time_point asked = Clock::now();
  executor.Stop();
  EXPECT_LT(SecondsSince(asked), 2);
  EXPECT_EQ(executor.free_slots(), 2u);
  for (const std::string& pid : {first, second}) {
    EXPECT_EQ(::kill(std::stoi(pid), 0), -1) << "a worker still runs";
  }
}

TEST_F(LocalExecutorTest, AProgramThatCannotBeStartedIsAnError) {
  options_.program = folder_ / "no-such-program";
  LocalExecutor executor(options_);
  EXPECT_FALSE(executor.Submit(std::vector{TaskOf("a")}));
}

TEST_F(LocalExecutorTest, WorkersDieWithTheProcessThatStartedThem) {
  Script("trap '' TERM HUP; echo $$ > $name.pid; exec sleep 100");
  const pid_t search = ::fork();
  if (search == 0) {
    LocalExecutor executor(options_);
    [[maybe_unused]] const Status status = executor.Submit(std::vector{TaskOf("a")});
    for (;;) ::pause();
  }
  const std::string pid = FirstLine(folder_ / "a.pid");
  ::kill(search, SIGKILL);
  ::waitpid(search, nullptr, 0);
  const std::string stat = fmt::format("/proc/{}/stat", pid);
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
