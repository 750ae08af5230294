#include "genet/base/file.h"

#include <gtest/gtest.h>
#include <unistd.h>

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

}  // namespace
}  // namespace genet
