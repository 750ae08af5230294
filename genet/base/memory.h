// How much memory this process has taken, and what there is.
#pragma once

#include <cstdint>
#include <string_view>

namespace genet {

// The most that was resident at once since the program was started, in bytes; 0 if the kernel does
// not say. (getrusage would count what the parent held when it started this process, as well.)
int64_t PeakMemoryBytes();

// The same from the text of /proc/self/status.
int64_t PeakMemoryBytesIn(std::string_view status);

// Of the machine.
int64_t MachineMemoryBytes();

}  // namespace genet
