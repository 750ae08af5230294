// The folder with real images that some tests read; those tests are skipped without it.
#pragma once

#include <cstdlib>
#include <optional>
#include <string_view>

#include "genet/base/file.h"

namespace genet {

// $GENET_DATA_DIR/name, if it is there.
inline std::optional<fs::path> RealData(std::string_view name) {
  const char* const folder = std::getenv("GENET_DATA_DIR");
  if (folder == nullptr || !fs::exists(fs::path(folder) / name)) return std::nullopt;
  return fs::path(folder) / name;
}

}  // namespace genet

// Declares the path `variable`, or skips the test.
#define GENET_REAL_DATA_OR_SKIP(variable, name)                                            \
  const std::optional<fs::path> variable##_found = ::genet::RealData(name);                \
  if (!variable##_found) GTEST_SKIP() << "GENET_DATA_DIR names no folder with " << (name); \
  const fs::path& variable = *variable##_found
