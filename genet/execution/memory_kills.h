// How often the kernel has killed for lack of memory.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "genet/base/duration.h"
#include "genet/base/file.h"

namespace genet {

// Kills so far in this process's control group, or on the whole machine if the group does not
// count them; nothing if neither can be read. `root` stands for / in tests.
std::optional<int64_t> MemoryKills(const fs::path& root = "/");

// Tells whether a SIGKILL that was just noticed was the kernel's, by what it counts.
class MemoryWatch {
 public:
  explicit MemoryWatch(std::function<std::optional<int64_t>()> count)
      : count_(std::move(count)), known_(Now()), latest_(known_) {}

  // Whether there is a kill that explains no other end yet.
  bool RanOut();
  // Called now and then. Forgets kills that no end belonged to, but not at once, for a large
  // process takes its time to end.
  void Look();

 private:
  int64_t Now() const { return count_().value_or(0); }

  std::function<std::optional<int64_t>()> count_;
  int64_t known_, latest_;
  Clock::time_point looked_ = Clock::now();
};

}  // namespace genet
