#include "genet/base/child_list.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

#include "genet/base/file.h"

namespace genet {
namespace {

// The parent, out of "PID (NAME) STATE PARENT ...", where the name may hold anything.
std::optional<pid_t> ParentIn(const std::string& stat) {
  const size_t name_end = stat.rfind(')');
  int parent = 0;
  if (name_end == std::string::npos ||
      std::sscanf(stat.c_str() + name_end, ") %*c %d", &parent) != 1) {
    return std::nullopt;
  }
  return parent;
}

std::vector<std::string> Words(const std::string& command_line) {
  std::vector<std::string> words;
  for (size_t at = 0; at < command_line.size();) {
    const size_t end = std::min(command_line.find('\0', at), command_line.size());
    words.push_back(command_line.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

}  // namespace

Result<std::vector<ListedProcess>> ChildrenOf(pid_t parent) {
  const fs::path proc = "/proc";
  if (!ReadFile(proc / "self" / "stat")) {
    return Failure("/proc is not there: processes cannot be listed");
  }
  std::vector<ListedProcess> children;
  std::error_code error;
  for (fs::directory_iterator it(proc, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    pid_t pid = 0;
    const auto [rest, code] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (code != std::errc() || rest != name.data() + name.size()) continue;
    const Result<std::string> stat = ReadFile(it->path() / "stat");
    if (!stat || ParentIn(*stat) != parent) continue;
    const Result<std::string> command_line = ReadFile(it->path() / "cmdline");
    if (command_line) children.push_back({pid, Words(*command_line)});
  }
  if (error) return Failure("/proc cannot be read: {}", error.message());
  std::sort(children.begin(), children.end(),
            [](const auto& a, const auto& b) { return a.pid < b.pid; });
  return children;
}

}  // namespace genet
