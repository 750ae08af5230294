// Where files lie, for messages about disks that fail.
#pragma once

#include <string>

#include "genet/base/file.h"

namespace genet {

// The folder at which the file system of `path` (or of its nearest folder that exists) is mounted.
fs::path MountPoint(const fs::path& path);

// "file system /home is full (0 bytes free)" if that of `path` has less room than a small
// checkpoint takes, else "".
std::string FullDisk(const fs::path& path);

}  // namespace genet
