// Whether two searches had the same history.
#pragma once

#include <nlohmann/json.hpp>

#include "genet/base/error.h"

namespace genet {

// A hash of the document that `genet report RUN --json` prints: each individual with all that made
// it, its evaluations and their curves. Settings, costs and the machine are left out, and so is a
// key that another release adds. An error if a key is missing.
Result<uint64_t> HashHistory(const nlohmann::json& history);

}  // namespace genet
