#include "genet/execution/process_fault.h"

#include <gtest/gtest.h>

#include <csignal>

namespace genet {
namespace {

ProcessEnd Exited(int status) { return {.exit_code = status}; }
ProcessEnd Killed(int signal) { return {.signal = signal}; }

TEST(FaultOf, CrashesAreTheTasksOwn) {
  for (const int signal : {SIGSEGV, SIGABRT, SIGILL, SIGFPE}) {
    EXPECT_EQ(FaultOf(Killed(signal), true), WorkerFault::kTask) << signal;
  }
  for (const int status : {0, 1, 3, 127}) {
    EXPECT_EQ(FaultOf(Exited(status), true), WorkerFault::kTask) << status;
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

TEST(FaultOf, AWrongCallIsTheCallers) { EXPECT_EQ(FaultOf(Exited(2), false), WorkerFault::kUsage); }

}  // namespace
}  // namespace genet
