#include "genet/base/temporary_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <optional>

namespace genet {
namespace {

TEST(TemporaryFolder, GoesWithItsFilesWhenTheObjectGoes) {
  fs::path path;
  {
    const Result<TemporaryFolder> folder = TemporaryFolder::Make("genet-test");
    ASSERT_TRUE(folder) << folder.error().message;
    path = folder->path();
    EXPECT_TRUE(path.filename().string().starts_with("genet-test-"));
    EXPECT_TRUE(MakeFolders(path / "deep"));
    std::ofstream(path / "deep" / "file") << "text";
    EXPECT_TRUE(fs::exists(path / "deep" / "file"));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(TemporaryFolder, MovesAndIsRemovedOnce) {
  std::optional<TemporaryFolder> first(std::move(*TemporaryFolder::Make("genet-test")));
  const fs::path path = first->path();
  {
    const TemporaryFolder second(std::move(*first));
    first.reset();
    EXPECT_EQ(second.path(), path);
    EXPECT_TRUE(fs::exists(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(TemporaryFolder, TwoHaveDifferentNames) {
  const Result<TemporaryFolder> one = TemporaryFolder::Make("genet-test");
  const Result<TemporaryFolder> other = TemporaryFolder::Make("genet-test");
  ASSERT_TRUE(one && other);
  EXPECT_NE(one->path(), other->path());
}

}  // namespace
}  // namespace genet
