#include "genet/base/file.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace genet {
namespace {

fs::path Scratch(const std::string& name) { return fs::path(testing::TempDir()) / name; }

TEST(File, WhatWasWrittenIsRead) {
  const fs::path path = Scratch("genet_file_test");
  ASSERT_TRUE(WriteFileAtomically(path, "one"));
  ASSERT_TRUE(WriteFileAtomically(path, "two\n"));
  EXPECT_EQ(ReadFile(path).value(), "two\n");
  const auto map = MappedFile::Open(path);
  ASSERT_TRUE(map);
  EXPECT_EQ(map->bytes().size(), 4u);
  fs::remove(path);
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
  const fs::path path = Scratch("genet_lock_test");
  {
    auto lock = FileLock::Take(path);
    ASSERT_TRUE(lock);
    const auto second = FileLock::Take(path);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().message.find(std::to_string(getpid())), std::string::npos);
  }
  EXPECT_TRUE(FileLock::Take(path));
  fs::remove(path);
}

}  // namespace
}  // namespace genet
