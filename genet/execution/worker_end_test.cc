#include "genet/execution/worker_end.h"

#include <gtest/gtest.h>

#include <csignal>

namespace genet {
namespace {

using Verdict = Attempts::Verdict;

ProcessEnd Exited(int status) { return {.exit_code = status}; }
ProcessEnd Killed(int signal) { return {.signal = signal}; }

TEST(FaultOf, CrashesAreTheTrainingsOwn) {
  for (const int signal : {SIGSEGV, SIGABRT, SIGILL, SIGFPE}) {
    EXPECT_EQ(FaultOf(Killed(signal), true), WorkerFault::kTraining) << signal;
  }
  for (const int status : {0, 1, 2, 3, 127}) {
    EXPECT_EQ(FaultOf(Exited(status), true), WorkerFault::kTraining) << status;
  }
}

TEST(FaultOf, SigkillIsTheKernelsOnlyIfMemoryRanOut) {
  EXPECT_EQ(FaultOf(Killed(SIGKILL), true), WorkerFault::kMemory);
  EXPECT_EQ(FaultOf(Killed(SIGKILL), false), WorkerFault::kOutside);
}

TEST(FaultOf, AStopThatThePoolDidNotAskForComesFromOutside) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    EXPECT_EQ(FaultOf(Killed(signal), false), WorkerFault::kOutside) << signal;
  }
  EXPECT_EQ(FaultOf(Exited(128 + SIGTERM), false), WorkerFault::kOutside);
  EXPECT_EQ(FaultOf(Exited(128 + SIGINT), false), WorkerFault::kOutside);
}

TEST(FaultOf, FilesThatFailAreTheMachines) {
  EXPECT_EQ(FaultOf(Exited(kMachineExitStatus), false), WorkerFault::kMachine);
  EXPECT_EQ(FaultOf(Killed(SIGBUS), false), WorkerFault::kMachine);
  EXPECT_EQ(FaultOf(Killed(SIGXFSZ), false), WorkerFault::kMachine);
}

TEST(Attempts, TheThirdCrashFailsTheEvaluationHoweverFarItCame) {
  Attempts attempts(3, 20);
  EXPECT_EQ(attempts.Ended(WorkerFault::kTraining, true), Verdict::kTryAgain);
  EXPECT_EQ(attempts.Ended(WorkerFault::kOutside, true), Verdict::kTryAgain);
  EXPECT_EQ(attempts.Ended(WorkerFault::kTraining, true), Verdict::kTryAgain);
  EXPECT_EQ(attempts.Ended(WorkerFault::kTraining, true), Verdict::kFail);
}

TEST(Attempts, LackOfMemoryFailsTheEvaluationAfterThreeEndsWithoutProgress) {
  Attempts attempts(3, 20);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(attempts.Ended(WorkerFault::kMemory, true), Verdict::kTryLater);
    EXPECT_EQ(attempts.Ended(WorkerFault::kMemory, false), Verdict::kTryLater);
  }
  EXPECT_EQ(attempts.Ended(WorkerFault::kMemory, false), Verdict::kFail);
}

TEST(Attempts, KillsFromOutsideNeverFailAnEvaluation) {
  Attempts attempts(3, 20);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(attempts.Ended(WorkerFault::kOutside, true), Verdict::kTryAgain);
  }
  for (int i = 1; i < 19; ++i) {
    EXPECT_EQ(attempts.Ended(WorkerFault::kOutside, false), Verdict::kTryAgain);
  }
  EXPECT_EQ(attempts.Ended(WorkerFault::kOutside, false), Verdict::kStopRun);
}

TEST(Attempts, AFailingMachineStopsTheRunAtOnce) {
  EXPECT_EQ(Attempts(3, 20).Ended(WorkerFault::kMachine, true), Verdict::kStopRun);
}

}  // namespace
}  // namespace genet
