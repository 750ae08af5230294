#include "genet/base/memory.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <vector>

namespace genet {
namespace {

constexpr size_t kBlockBytes = size_t{64} << 20;

TEST(PeakMemory, ReadsTheHighWaterMark) {
  EXPECT_EQ(PeakMemoryBytesIn("Name:\tgenet\nVmHWM:\t    2048 kB\nVmRSS:\t  100 kB\n"),
            2048 * 1024);
  EXPECT_EQ(PeakMemoryBytesIn("Name:\tgenet\n"), 0);
  EXPECT_EQ(PeakMemoryBytesIn("VmHWM:"), 0);
  EXPECT_EQ(PeakMemoryBytesIn("VmHWM: none"), 0);
}

TEST(PeakMemory, GrowsWithWhatIsTouchedAndStays) {
  const int64_t before = PeakMemoryBytes();
  ASSERT_GT(before, 0);
  {
    std::vector<char> block(kBlockBytes);
    std::memset(block.data(), 1, block.size());
    EXPECT_GE(PeakMemoryBytes(), static_cast<int64_t>(kBlockBytes));
  }
  EXPECT_GE(PeakMemoryBytes(), static_cast<int64_t>(kBlockBytes));
}

// What getrusage gets wrong: a program counts for itself, whatever started it.
TEST(PeakMemory, AProgramDoesNotInheritItsParents) {
  std::vector<char> block(kBlockBytes);
  std::memset(block.data(), 1, block.size());
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl("/bin/cat", "cat", "/proc/self/status", nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string status(1 << 16, '\0');
  size_t size = 0;
  while (size < status.size()) {
    const ssize_t count = ::read(ends[0], status.data() + size, status.size() - size);
    if (count <= 0) break;
    size += static_cast<size_t>(count);
  }
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  const int64_t peak = PeakMemoryBytesIn(std::string_view(status).substr(0, size));
  EXPECT_GT(peak, 0);
  EXPECT_LT(peak, static_cast<int64_t>(kBlockBytes));
}

}  // namespace
}  // namespace genet
