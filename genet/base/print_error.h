// Words for people, on standard error: progress, notes and errors.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <utility>

namespace genet {

// A line that cannot be written (a log on a full disk, a closed terminal) is dropped: it must not
// end the work that it tells of.
template <class... Args>
void PrintError(fmt::format_string<Args...> format, Args&&... args) {
  const std::string text = fmt::format(format, std::forward<Args>(args)...);
  (void)std::fwrite(text.data(), 1, text.size(), stderr);
  (void)std::fflush(stderr);
}

}  // namespace genet
