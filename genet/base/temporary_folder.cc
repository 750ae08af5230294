#include "genet/base/temporary_folder.h"

#include <stdlib.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

namespace genet {

Result<TemporaryFolder> TemporaryFolder::Make(std::string_view prefix) {
  std::error_code error;
  const fs::path parent = fs::temp_directory_path(error);
  if (error) return Failure("no folder for temporary files (TMPDIR): {}", error.message());
  std::string name = (parent / fmt::format("{}-XXXXXX", prefix)).string();
  if (::mkdtemp(name.data()) == nullptr) {
    return Failure("cannot make a folder in {}: {}", parent.string(), std::strerror(errno));
  }
  return TemporaryFolder(fs::path(name));
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code error;
  for (int tries = 0; tries < 100; ++tries) {
    fs::remove_all(path_, error);
    if (!error) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace genet
