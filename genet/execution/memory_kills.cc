#include "genet/execution/memory_kills.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace genet {
namespace {

// The number behind "oom_kill " at the start of a line.
std::optional<int64_t> CountIn(const fs::path& path) {
  const Result<std::string> text = ReadFile(path);
  if (!text) return std::nullopt;
  constexpr std::string_view kKey = "\noom_kill ";
  const std::string lines = "\n" + *text;
  const size_t at = lines.find(kKey);
  if (at == std::string::npos) return std::nullopt;
  int64_t count = 0;
  const char* const begin = lines.data() + at + kKey.size();
  if (std::from_chars(begin, lines.data() + lines.size(), count).ec != std::errc()) {
    return std::nullopt;
  }
  return count;
}

// "0::/user.slice/session" names the group of version 2, "4:memory:/group" that of version 1.
std::optional<int64_t> CountOfGroup(const fs::path& root) {
  const Result<std::string> groups = ReadFile(root / "proc/self/cgroup");
  if (!groups) return std::nullopt;
  for (size_t at = 0; at < groups->size();) {
    const size_t end = std::min(groups->find('\n', at), groups->size());
    const std::string line = groups->substr(at, end - at);
    at = end + 1;
    const size_t first = line.find(':'), second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const fs::path group = fs::path(line.substr(second + 1)).relative_path();
    std::optional<int64_t> count;
    if (controllers.empty()) count = CountIn(root / "sys/fs/cgroup" / group / "memory.events");
    if (controllers == "memory") {
      count = CountIn(root / "sys/fs/cgroup/memory" / group / "memory.oom_control");
    }
    if (count) return count;
  }
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> MemoryKills(const fs::path& root) {
  const std::optional<int64_t> group = CountOfGroup(root);
  return group ? group : CountIn(root / "proc/vmstat");
}

bool MemoryWatch::RanOut() {
  if (Now() <= known_) return false;
  ++known_;
  return true;
}

void MemoryWatch::Look() {
  constexpr double kSecondsBetween = 0.5;
  if (SecondsSince(looked_) < kSecondsBetween) return;
  looked_ = Clock::now();
  known_ = std::max(known_, latest_);
  latest_ = Now();
}

}  // namespace genet
