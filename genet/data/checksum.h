// Checksums of files, written as "md5:HEX" or "sha256:HEX".
#pragma once

#include <string>
#include <string_view>

#include "genet/base/file.h"

namespace genet {

// The checksum of the file with the method of `like`, such as "md5:0123..." or just "md5".
Result<std::string> FileChecksum(const fs::path& path, std::string_view like);

}  // namespace genet
