// A folder of things made once from something slower to read: unpacked archives, drawn images.
//
// Any number of processes may ask for the same entry at once: each that finds none makes its own
// copy in a temporary folder, and the first to rename it wins. An entry is complete or absent.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "genet/base/file.h"

namespace genet {

// The folder cache_folder/entry, made by `make` (which fills the folder it is given) if need be.
Result<fs::path> MakeOnce(const fs::path& cache_folder, std::string_view entry,
                          const std::function<Status(const fs::path&)>& make);

// An entry name for what is made from the file `source`: another file of the same name, or a later
// version of the same file, gives another one.
Result<std::string> EntryNameFor(const fs::path& source);

// Writes all of a file and flushes it to the disk; for use inside `make`.
class FileWriter {
 public:
  static Result<FileWriter> Create(const fs::path& path);
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

  Status Write(const void* data, size_t size);
  Status Finish();

 private:
  FileWriter(int descriptor, fs::path path) : descriptor_(descriptor), path_(std::move(path)) {}
  int descriptor_;
  fs::path path_;
};

}  // namespace genet
