#include "genet/base/file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

TEST(File, WhatWasWrittenIsRead) {
  const ScratchFolder folder;
  const fs::path path = folder / "file";
  ASSERT_TRUE(WriteFileAtomically(path, "one"));
  ASSERT_TRUE(WriteFileAtomically(path, "two\n"));
  EXPECT_EQ(ReadFile(path).value(), "two\n");
  const auto map = MappedFile::Open(path);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->bytes().size(), 4u);
}

TEST(File, AMissingFileIsNamed) {
  const auto content = ReadFile("/nonexistent/file");
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().message, "cannot read /nonexistent/file: No such file or directory");
}

TEST(File, AFailedWriteLeavesNothingBehind) {
  EXPECT_FALSE(WriteFileAtomically("/dev/null/file", "x"));
  EXPECT_FALSE(WriteFileAtomically("/nonexistent/file", "x"));
}

TEST(File, ASecondLockIsRefusedAndNamesTheHolder) {
  const ScratchFolder folder;
  const fs::path path = folder / "lock";
  {
    auto lock = FileLock::Take(path);
    ASSERT_TRUE(lock);
    const auto second = FileLock::Take(path);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find(std::to_string(getpid())), std::string::npos);
  }
  EXPECT_TRUE(FileLock::Take(path));
}

TEST(File, ALockIsSeenWithoutBeingTaken) {
  const ScratchFolder folder;
  const fs::path path = folder / "lock";
  EXPECT_FALSE(FileLock::IsHeld(path));
  EXPECT_FALSE(fs::exists(path));
  {
    const auto lock = FileLock::Take(path);
    ASSERT_TRUE(lock);
    EXPECT_TRUE(FileLock::IsHeld(path));
    EXPECT_FALSE(FileLock::Take(path));
  }
  EXPECT_FALSE(FileLock::IsHeld(path));
}

// Somebody who watches a run must not keep its search from starting.
TEST(File, ALockThatIsOnlyAskedForCanBeTaken) {
  const ScratchFolder folder;
  const fs::path path = folder / "lock";
  ASSERT_TRUE(FileLock::Take(path));
  std::atomic<bool> done = false;
  std::thread watcher([&] {
    while (!done) {
      (void)FileLock::IsHeld(path);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(FileLock::Take(path)) << i;
  done = true;
  watcher.join();
}

}  // namespace
}  // namespace genet
