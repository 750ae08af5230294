#include "genet/base/child_list.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "genet/base/process.h"
#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

TEST(ChildList, NamesEachChildWithItsArguments) {
  const ScratchFolder folder;
  // Linux shows the name in brackets, as it is.
  const fs::path odd = folder / "a) Z 1 (";
  fs::create_symlink("/bin/sleep", odd);
  Result<ChildProcess> one =
      ChildProcess::Start({.executable = odd, .arguments = {"one", "100"}, .log = {}});
  Result<ChildProcess> other =
      ChildProcess::Start({.executable = "/bin/sleep", .arguments = {"other", "100"}, .log = {}});
  ASSERT_TRUE(one && other);
  const Result<std::vector<ListedProcess>> children = ChildrenOf(::getpid());
  ASSERT_TRUE(children) << children.error().message;
  ASSERT_EQ(children->size(), 2u);
  for (const ListedProcess& child : *children) {
    const bool is_one = child.pid == one->pid();
    EXPECT_EQ(child.pid, is_one ? one->pid() : other->pid());
    EXPECT_EQ(child.arguments, (std::vector<std::string>{is_one ? "one" : "other", "100"}));
  }
}

TEST(ChildList, HasADeadChildWithoutArgumentsUntilItsParentWaits) {
  Result<ChildProcess> child =
      ChildProcess::Start({.executable = "/bin/sleep", .arguments = {"sleep", "100"}, .log = {}});
  ASSERT_TRUE(child);
  child->Signal(SIGKILL);
  std::vector<ListedProcess> children;
  do {
    children = *ChildrenOf(::getpid());
    ASSERT_EQ(children.size(), 1u);
  } while (!children[0].arguments.empty());
  child->Wait();
  EXPECT_TRUE(ChildrenOf(::getpid())->empty());
}

TEST(ChildList, IsEmptyWithoutChildren) {
  Result<ChildProcess> child =
      ChildProcess::Start({.executable = "/bin/sleep", .arguments = {"sleep", "100"}, .log = {}});
  ASSERT_TRUE(child);
  const Result<std::vector<ListedProcess>> children = ChildrenOf(child->pid());
  ASSERT_TRUE(children);
  EXPECT_TRUE(children->empty());
}

}  // namespace
}  // namespace genet
