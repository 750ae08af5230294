#include "genet/data/cache.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "genet/base/random.h"

namespace genet {
namespace {

constexpr std::string_view kTemporary = ".making-";

void Flush(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

// A killed process leaves its temporary folder behind. A day is longer than any unpacking takes;
// process ids would not do, for the cache may be shared by machines.
void RemoveAbandoned(const fs::path& cache_folder) {
  std::error_code error;
  const auto limit = fs::file_time_type::clock::now() - std::chrono::hours(24);
  for (fs::directory_iterator at(cache_folder, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code ignored;
    if (at->path().filename().string().starts_with(kTemporary) &&
        at->last_write_time(ignored) < limit && !ignored) {
      fs::remove_all(at->path(), ignored);
    }
  }
}

}  // namespace

Result<fs::path> MakeOnce(const fs::path& cache_folder, std::string_view entry,
                          const std::function<Status(const fs::path&)>& make) {
  const fs::path made = cache_folder / entry;
  std::error_code error;
  if (fs::is_directory(made, error)) return made;
  GENET_TRY(MakeFolders(cache_folder));
  RemoveAbandoned(cache_folder);

  std::string name = (cache_folder / (std::string(kTemporary) + "XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) {
    return Failure("cannot create a folder in the cache {}: {}", cache_folder.string(),
                   std::strerror(errno));
  }
  const fs::path temporary = name;
  Status status = make(temporary);
  if (status) {
    // mkdtemp makes folders private; the cache may serve others.
    fs::permissions(temporary, fs::perms(0755), error);
    Flush(temporary);
    fs::rename(temporary, made, error);
    if (!error) {
      Flush(cache_folder);
      return made;
    }
    const std::string reason = error.message();
    // Another process was faster: its copy is as good.
    if (!fs::is_directory(made, error)) {
      status = Failure("cannot create {}: {}", made.string(), reason);
    }
  }
  fs::remove_all(temporary, error);
  if (!status) return tl::unexpected(status.error());
  return made;
}

Result<std::string> EntryNameFor(const fs::path& source) {
  std::error_code error;
  const fs::path whole = fs::canonical(source, error);
  if (error) return Failure("cannot read {}: {}", source.string(), error.message());
  const auto size = fs::file_size(whole, error);
  if (error) return Failure("cannot read {}: {}", source.string(), error.message());
  const auto time = fs::last_write_time(whole, error);
  if (error) return Failure("cannot read {}: {}", source.string(), error.message());
  const RandomKey key = RandomKey(size)
                            .Derive(static_cast<uint64_t>(time.time_since_epoch().count()))
                            .Derive(whole.string());
  return fmt::format("{}-{:016x}", source.filename().string(), key.value());
}

Result<FileWriter> FileWriter::Create(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) return Failure("cannot create {}: {}", path.string(), std::strerror(errno));
  return FileWriter(descriptor, path);
}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

FileWriter::~FileWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status FileWriter::Write(const void* data, size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = ::write(descriptor_, at, size);
    if (written < 0) {
      if (errno == EINTR) continue;
      return Failure("cannot write {}: {}", path_.string(), std::strerror(errno));
    }
    at += written;
    size -= static_cast<size_t>(written);
  }
  return {};
}

Status FileWriter::Finish() {
  const int descriptor = std::exchange(descriptor_, -1);
  const bool flushed = ::fsync(descriptor) == 0;
  const int error = errno;
  if (::close(descriptor) != 0 || !flushed) {
    return Failure("cannot write {}: {}", path_.string(), std::strerror(flushed ? errno : error));
  }
  return {};
}

}  // namespace genet
