// How often the kernel has killed for lack of memory.
#pragma once

#include <cstdint>
#include <optional>

#include "genet/base/file.h"

namespace genet {

// Kills so far in this process's control group, or on the whole machine if the group does not
// count them; nothing if neither can be read. `root` stands for / in tests.
std::optional<int64_t> MemoryKills(const fs::path& root = "/");

}  // namespace genet
