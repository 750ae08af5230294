#include "genet/base/process.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

ProcessOptions Shell(const std::string& script) {
  return {.executable = "/bin/sh", .arguments = {"sh", "-c", script}, .log = {}};
}

// Whether the process has ended within `seconds`; a zombie counts as ended.
bool IsGone(pid_t pid, double seconds) {
  for (int i = 0; i < seconds * 100; ++i) {
    const Result<std::string> stat = ReadFile(fmt::format("/proc/{}/stat", pid));
    if (!stat || stat->find(") Z ") != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(Process, ReportsExitCodesAndSignals) {
  EXPECT_TRUE(ChildProcess::Start(Shell("exit 0"))->Wait().success());
  EXPECT_EQ(ChildProcess::Start(Shell("exit 3"))->Wait().ToString(), "exit status 3");
  EXPECT_EQ(ChildProcess::Start(Shell("kill -9 $$"))->Wait().ToString(), "signal 9 (Killed)");
}

TEST(Process, AProgramThatIsNotThereIsAnError) {
  const Result<ChildProcess> child =
      ChildProcess::Start({.executable = "/no/such", .arguments = {"such"}, .log = {}});
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().message, "cannot start /no/such: No such file or directory");
}

TEST(Process, AppendsOutputToTheLog) {
  const ScratchFolder folder;
  const fs::path log = folder / "log";
  for (const char* word : {"one", "two"}) {
    ProcessOptions options = Shell(fmt::format("echo {} >&2", word));
    options.log = log;
    ChildProcess::Start(options)->Wait();
  }
  EXPECT_EQ(*ReadFile(log), "one\ntwo\n");
}

TEST(Process, GivesItsEnvironmentAndMore) {
  const ScratchFolder folder;
  ASSERT_EQ(::setenv("GENET_TEST_KEPT", "kept", 1), 0);
  ASSERT_EQ(::setenv("GENET_TEST_OTHER", "hidden", 1), 0);
  ProcessOptions options = Shell("echo $GENET_TEST_KEPT $GENET_TEST_OTHER $GENET_TEST_NEW");
  options.log = folder / "log";
  options.environment = {"GENET_TEST_OTHER=other", "GENET_TEST_NEW=new"};
  ChildProcess::Start(options)->Wait();
  EXPECT_EQ(*ReadFile(options.log), "kept other new\n");
}

TEST(Process, StandsStillOnceStopHasReturned) {
  const ScratchFolder folder;
  ProcessOptions options = Shell("while :; do echo x; done");
  options.log = folder / "log";
  Result<ChildProcess> child = ChildProcess::Start(options);
  ASSERT_TRUE(child);
  for (int round = 0; round < 3; ++round) {
    const uintmax_t before = fs::file_size(options.log);
    while (fs::file_size(options.log) == before) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    child->Stop();
    const uintmax_t stopped = fs::file_size(options.log);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    EXPECT_EQ(fs::file_size(options.log), stopped);
    EXPECT_FALSE(child->Poll());
    child->Signal(SIGCONT);
  }
}

TEST(Process, StopReturnsWhereTheProcessHasEnded) {
  Result<ChildProcess> child = ChildProcess::Start(Shell("exit 3"));
  ASSERT_TRUE(child);
  EXPECT_TRUE(IsGone(child->pid(), 5));
  child->Stop();
  EXPECT_EQ(child->Wait().exit_code, 3);
  child->Stop();
}

TEST(Process, ASignalReachesWhatTheChildStarted) {
  Result<ChildProcess> child = ChildProcess::Start(Shell("sleep 100; exit 0"));
  ASSERT_TRUE(child);
  EXPECT_FALSE(child->Poll());
  child->Signal(SIGTERM);
  EXPECT_EQ(child->Wait().signal, SIGTERM);
}

TEST(Process, IsKilledWhenItsOwnerGoes) {
  pid_t pid;
  {
    Result<ChildProcess> child = ChildProcess::Start(Shell("trap '' TERM; exec sleep 100"));
    ASSERT_TRUE(child);
    pid = child->pid();
  }
  EXPECT_TRUE(IsGone(pid, 1));
}

TEST(Process, DiesWithItsParentHoweverThatDies) {
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    Result<ChildProcess> child = ChildProcess::Start(Shell("trap '' TERM HUP; exec sleep 100"));
    const pid_t pid = child ? child->pid() : -1;
    if (::write(pipe_ends[1], &pid, sizeof pid) != sizeof pid) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  pid_t worker = -1;
  ASSERT_EQ(::read(pipe_ends[0], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
  ::waitpid(parent, nullptr, 0);
  ASSERT_GT(worker, 0);
  EXPECT_TRUE(IsGone(worker, 2));
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}

}  // namespace
}  // namespace genet
