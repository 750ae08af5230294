#include "genet/execution/memory_kills.h"

#include <gtest/gtest.h>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

class MemoryKillsTest : public testing::Test {
 protected:
  void Write(const fs::path& path, const std::string& text) {
    ASSERT_TRUE(MakeFolders((root_ / path).parent_path()));
    ASSERT_TRUE(WriteFileAtomically(root_ / path, text));
  }

  ScratchFolder root_;
};

TEST_F(MemoryKillsTest, ReadsTheGroupOfVersion2) {
  Write("proc/self/cgroup", "0::/user.slice/a\n");
  Write("sys/fs/cgroup/user.slice/a/memory.events",
        "low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 1\n");
  Write("proc/vmstat", "oom_kill 9\n");
  EXPECT_EQ(MemoryKills(root_.path()), 2);
}

TEST_F(MemoryKillsTest, ReadsTheGroupOfVersion1) {
  Write("proc/self/cgroup", "8:pids:/\n4:memory:/b\n0::/\n");
  Write("sys/fs/cgroup/memory/b/memory.oom_control",
        "oom_kill_disable 0\nunder_oom 0\noom_kill 5\n");
  EXPECT_EQ(MemoryKills(root_.path()), 5);
}

TEST_F(MemoryKillsTest, FallsBackToTheMachine) {
  Write("proc/self/cgroup", "0::/\n");
  Write("proc/vmstat", "nr_free_pages 100\noom_kill 9\ndrop_pagecache 0\n");
  EXPECT_EQ(MemoryKills(root_.path()), 9);
}

TEST_F(MemoryKillsTest, GivesNothingWhereNothingIsCounted) {
  EXPECT_FALSE(MemoryKills(root_.path()));
  Write("proc/vmstat", "nr_free_pages 100\noom_kill many\n");
  EXPECT_FALSE(MemoryKills(root_.path()));
}

TEST(MemoryKills, IsKnownOnThisMachine) { EXPECT_GE(MemoryKills().value_or(0), 0); }

}  // namespace
}  // namespace genet
