// Unpacking of archives and gzip files into the cache, each at most once.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "genet/base/file.h"

namespace genet {

// The folder that holds those regular files of the tar archive (any compression) whose last name
// is in `wanted`, without their folders.
Result<fs::path> UnpackArchive(const fs::path& archive, std::span<const std::string_view> wanted,
                               const fs::path& cache_folder);

// The file that holds what the gzip file `packed` holds.
Result<fs::path> UnpackGzip(const fs::path& packed, const fs::path& cache_folder);

}  // namespace genet
