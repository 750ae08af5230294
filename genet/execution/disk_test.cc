#include "genet/execution/disk.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

TEST(Disk, NamesTheMountPointOfPathsThatDoNotExistYet) {
  EXPECT_EQ(MountPoint("/"), "/");
  EXPECT_EQ(MountPoint("/proc/self/no/such/file"), "/proc");
}

TEST(Disk, ARoomyDiskIsNotFull) {
  EXPECT_EQ(FullDisk(testing::TempDir()), "");
  EXPECT_EQ(FullDisk("/no/such/folder/at/all"), "");
}

TEST(Disk, AFullFileSystemIsNamed) {
  // The files of the kernel take no bytes, and leave none.
  EXPECT_EQ(FullDisk("/proc/self"), "file system /proc is full (0 bytes free)");
}

}  // namespace
}  // namespace genet
