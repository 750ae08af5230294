// A private folder for files that nobody needs afterwards: gone with the object.
#pragma once

#include <string_view>

#include "genet/base/file.h"

namespace genet {

class TemporaryFolder {
 public:
  // A new folder in TMPDIR, or /tmp, whose name begins with `prefix`.
  static Result<TemporaryFolder> Make(std::string_view prefix);
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
  }
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  // Processes that write into it should have been ended; one that is just ending is waited for.
  ~TemporaryFolder();

  const fs::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(fs::path path) : path_(std::move(path)) {}
  fs::path path_;  // empty: moved from
};

}  // namespace genet
