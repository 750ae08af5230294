#include "genet/execution/attempts.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

using Verdict = Attempts::Verdict;

TEST(Attempts, TheThirdCrashFailsTheTaskHoweverFarItCame) {
  Attempts attempts(3, 20);
  EXPECT_EQ(attempts.Ended(WorkerFault::kTask, true), Verdict::kTryAgain);
  EXPECT_EQ(attempts.Ended(WorkerFault::kOutside, true), Verdict::kTryAgain);
  EXPECT_EQ(attempts.Ended(WorkerFault::kTask, true), Verdict::kTryAgain);
  EXPECT_EQ(attempts.Ended(WorkerFault::kTask, true), Verdict::kFail);
}

TEST(Attempts, LackOfMemoryFailsTheTaskAfterThreeEndsWithoutProgress) {
  Attempts attempts(3, 20);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(attempts.Ended(WorkerFault::kMemory, true), Verdict::kTryLater);
    EXPECT_EQ(attempts.Ended(WorkerFault::kMemory, false), Verdict::kTryLater);
  }
  EXPECT_EQ(attempts.Ended(WorkerFault::kMemory, false), Verdict::kFail);
}

TEST(Attempts, KillsFromOutsideNeverFailATask) {
  Attempts attempts(3, 20);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(attempts.Ended(WorkerFault::kOutside, true), Verdict::kTryAgain);
  }
  for (int i = 1; i < 19; ++i) {
    EXPECT_EQ(attempts.Ended(WorkerFault::kOutside, false), Verdict::kTryAgain);
  }
  EXPECT_EQ(attempts.Ended(WorkerFault::kOutside, false), Verdict::kStopRun);
}

TEST(Attempts, WhatNoOtherAttemptCanMendStopsTheRunAtOnce) {
  for (const WorkerFault fault : {WorkerFault::kMachine, WorkerFault::kUsage}) {
    EXPECT_EQ(Attempts(3, 20).Ended(fault, true), Verdict::kStopRun);
  }
}

}  // namespace
}  // namespace genet
