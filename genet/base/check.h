// Promises inside the program. A broken one ends the process: an evaluation is a process of its
// own, so the search loses one attempt and nothing else.
#pragma once

#include <fmt/format.h>

#include <string>

namespace genet {

[[noreturn]] void CheckFailed(const char* file, int line, const char* condition,
                              const std::string& message);

}  // namespace genet

// GENET_CHECK(condition) or GENET_CHECK(condition, "format", args...)
#define GENET_CHECK(condition, ...)                                                      \
  do {                                                                                   \
    if (!(condition)) [[unlikely]]                                                       \
      ::genet::CheckFailed(__FILE__, __LINE__, #condition, fmt::format("" __VA_ARGS__)); \
  } while (false)
