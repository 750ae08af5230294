#include "genet/base/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

namespace genet {
namespace {

// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  int get() const { return value_; }
  int Release() { return std::exchange(value_, -1); }

 private:
  int value_;
};

tl::unexpected<Error> SystemFailure(const char* what, const fs::path& path) {
  const int error = errno;
  return Failure("cannot {} {}: {}", what, path.string(), std::strerror(error));
}

Status WriteAll(int descriptor, std::string_view content, const fs::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return SystemFailure("write", path);
    }
    content.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

}  // namespace

Result<std::string> ReadFile(const fs::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return SystemFailure("read", path);
  std::string content;
  char buffer[1 << 16];
  while (true) {
    const ssize_t count = ::read(file.get(), buffer, sizeof buffer);
    if (count < 0) {
      if (errno == EINTR) continue;
      return SystemFailure("read", path);
    }
    if (count == 0) return content;
    content.append(buffer, static_cast<size_t>(count));
  }
}

Status WriteFileAtomically(const fs::path& path, std::string_view content) {
  // The process id keeps two writers of the same path apart; the last rename wins.
  const fs::path temporary = path.string() + fmt::format(".{}.tmp", ::getpid());
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (file.get() < 0) return SystemFailure("create", temporary);
  Status status = WriteAll(file.get(), content, temporary);
  if (status && ::fsync(file.get()) != 0) status = SystemFailure("write", temporary);
  if (status && ::rename(temporary.c_str(), path.c_str()) != 0) {
    status = SystemFailure("write", path);
  }
  if (!status) {
    ::unlink(temporary.c_str());
    return status;
  }
  const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
  Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() >= 0) ::fsync(directory.get());
  return {};
}

Status MakeFolders(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) return Failure("cannot create folder {}: {}", path.string(), error.message());
  return {};
}

Result<FileLock> FileLock::Take(const fs::path& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (file.get() < 0) return SystemFailure("create", path);
  // Whoever only asks (IsHeld) has it for a moment.
  constexpr int kTries = 5;
  constexpr auto kBetween = std::chrono::milliseconds(10);
  for (int tries = 1; ::flock(file.get(), LOCK_EX | LOCK_NB) != 0; ++tries) {
    if (errno != EWOULDBLOCK) return SystemFailure("lock", path);
    if (tries < kTries) {
      std::this_thread::sleep_for(kBetween);
      continue;
    }
    char holder[32] = {};
    const ssize_t count = ::read(file.get(), holder, sizeof holder - 1);
    return Failure("{} is locked by process {}", path.string(), count > 0 ? holder : "(unknown)");
  }
  const std::string holder = std::to_string(::getpid());
  // The content only helps a message; the lock itself is the kernel's.
  if (::ftruncate(file.get(), 0) == 0) {
    [[maybe_unused]] const ssize_t written = ::pwrite(file.get(), holder.data(), holder.size(), 0);
  }
  return FileLock(file.Release());
}

bool FileLock::IsHeld(const fs::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return file.get() >= 0 && ::flock(file.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<MappedFile> MappedFile::Open(const fs::path& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return SystemFailure("read", path);
  struct stat status;
  if (::fstat(file.get(), &status) != 0) return SystemFailure("read", path);
  if (!S_ISREG(status.st_mode)) return Failure("cannot read {}: not a file", path.string());
  const size_t size = static_cast<size_t>(status.st_size);
  if (size == 0) return MappedFile(nullptr, 0);
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (data == MAP_FAILED) return SystemFailure("map", path);
  return MappedFile(static_cast<const unsigned char*>(data), size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<unsigned char*>(data_), size_);
}

}  // namespace genet
