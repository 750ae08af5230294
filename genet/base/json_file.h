// Files that hold one JSON value.
#pragma once

#include <nlohmann/json.hpp>

#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

// An error names the file, also if what it holds is not JSON.
Result<nlohmann::json> ReadJsonFile(const fs::path& path);

}  // namespace genet
