// Files: whole reads, atomic writes, locks and read-only maps.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "genet/base/error.h"

namespace genet {

namespace fs = std::filesystem;

Result<std::string> ReadFile(const fs::path& path);

// Readers see the old content or the new, never a part, also after a power failure: the bytes go
// to a temporary file beside it, which is flushed to the disk and then renamed.
Status WriteFileAtomically(const fs::path& path, std::string_view content);

Status MakeFolders(const fs::path& path);

// An exclusive lock on a file, made if need be, held until the object or its process ends.
class FileLock {
 public:
  // An error (kFailure) that names the holder if another process holds the lock.
  static Result<FileLock> Take(const fs::path& path);
  // Whether somebody holds the lock now.
  static bool IsHeld(const fs::path& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// A whole file mapped read-only; processes that map the same file share its memory.
class MappedFile {
 public:
  static Result<MappedFile> Open(const fs::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const unsigned char> bytes() const { return {data_, size_}; }

 private:
  MappedFile(const unsigned char* data, size_t size) : data_(data), size_(size) {}
  const unsigned char* data_;
  size_t size_;
};

}  // namespace genet
