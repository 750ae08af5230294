#include "genet/base/thread_team.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

// Meant to be run under ThreadSanitizer as well (preset tsan): each round reads what
// other threads wrote in the round before it, without any lock of its own.
TEST(ThreadTeam, RunsEachIndexOnceAndRoundsOneAfterTheOther) {
  for (const int threads : {1, 2, 3, 5}) {
    ThreadTeam team(threads);
    ASSERT_EQ(team.size(), threads);
    std::vector<long> values(64, 1), sums(64);
    for (int round = 0; round < 50; ++round) {
      const int count = round % 9 == 0 ? round % 3 : 64;  // also none, one and two
      team.Run(count, [&](int index, int) { sums[index] = values[index] + values[63 - index]; });
      team.Run(count, [&](int index, int) { values[index] = sums[index] % 1000003; });
    }
    // What one thread computes.
    std::vector<long> want(64, 1), want_sums(64);
    for (int round = 0; round < 50; ++round) {
      const int count = round % 9 == 0 ? round % 3 : 64;
      for (int i = 0; i < count; ++i) want_sums[i] = want[i] + want[63 - i];
      for (int i = 0; i < count; ++i) want[i] = want_sums[i] % 1000003;
    }
    EXPECT_EQ(values, want) << threads << " threads";
  }
}

TEST(ThreadTeam, TellsTheBodyWhichThreadRunsIt) {
  ThreadTeam team(3);
  // A thread's own counter needs no lock, because no two threads have the same number.
  std::vector<int> runs(3, 0);
  for (int round = 0; round < 20; ++round) {
    team.Run(30, [&](int, int thread) { ++runs.at(thread); });
  }
  EXPECT_EQ(runs[0] + runs[1] + runs[2], 600);
}

TEST(ThreadTeam, CanBeEndedWithoutHavingRun) {
  for (int i = 0; i < 20; ++i) ThreadTeam team(4);
}

}  // namespace
}  // namespace genet
