#include "genet/base/memory.h"

#include <unistd.h>

#include <charconv>

#include "genet/base/file.h"

namespace genet {

int64_t PeakMemoryBytesIn(std::string_view status) {
  constexpr std::string_view kKey = "VmHWM:";  // "high water mark", in kB
  size_t at = status.find(kKey);
  if (at == std::string_view::npos) return 0;
  at = status.find_first_not_of(" \t", at + kKey.size());
  if (at == std::string_view::npos) return 0;
  int64_t kilobytes = 0;
  std::from_chars(status.data() + at, status.data() + status.size(), kilobytes);
  return kilobytes * 1024;
}

int64_t PeakMemoryBytes() {
  const Result<std::string> status = ReadFile("/proc/self/status");
  return status ? PeakMemoryBytesIn(*status) : 0;
}

int64_t MachineMemoryBytes() {
  return int64_t{::sysconf(_SC_PHYS_PAGES)} * ::sysconf(_SC_PAGESIZE);
}

}  // namespace genet
