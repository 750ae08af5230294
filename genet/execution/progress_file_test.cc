#include "genet/execution/progress_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

TEST(ProgressFile, ReadsBack) {
  const ScratchFolder folder;
  ASSERT_TRUE(WriteProgress(folder / "p", {0.25, 1500, 7}));
  EXPECT_EQ(ReadProgress(folder / "p"), (WorkerProgress{0.25, 1500, 7}));
}

TEST(ProgressFile, WorkersOfOlderBuildsWriteNoBeats) {
  const ScratchFolder folder;
  ASSERT_TRUE(WriteFileAtomically(folder / "p", "0.5 120\n"));
  EXPECT_EQ(ReadProgress(folder / "p"), (WorkerProgress{0.5, 120, 0}));
}

TEST(ProgressFile, WhatCannotBeReadIsNoProgress) {
  const ScratchFolder folder;
  EXPECT_FALSE(ReadProgress(folder / "p"));
  for (const char* text : {"", "half", "0.5", "0.5 fast"}) {
    ASSERT_TRUE(WriteFileAtomically(folder / "p", text));
    EXPECT_FALSE(ReadProgress(folder / "p")) << text;
  }
}

TEST(ProgressFile, IsWrittenNowAndThenOnly) {
  const ScratchFolder folder;
  ProgressWriter writer(folder / "p");
  ASSERT_TRUE(writer.Write(0.1, 0));
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(writer.Write(0.2, 100));
  EXPECT_EQ(ReadProgress(folder / "p")->fraction, 0.1);
}

TEST(ProgressFile, AnErrorNamesTheFile) {
  const ScratchFolder folder;
  const Status status = WriteProgress(folder / "none" / "p", {});
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, testing::HasSubstr((folder / "none" / "p").string()));
}

}  // namespace
}  // namespace genet
