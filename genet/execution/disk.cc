#include "genet/execution/disk.h"

#include <sys/stat.h>

namespace genet {
namespace {

constexpr uintmax_t kSmallCheckpointBytes = uintmax_t{1} << 20;

fs::path NearestFolder(fs::path path) {
  std::error_code ignored;
  path = fs::absolute(path, ignored);
  while (path.has_relative_path() && !fs::is_directory(path, ignored)) path = path.parent_path();
  return path;
}

}  // namespace

fs::path MountPoint(const fs::path& path) {
  std::error_code error;
  fs::path folder = fs::canonical(NearestFolder(path), error);
  if (error) return "/";
  struct stat here {
  }, above{};
  if (::stat(folder.c_str(), &here) != 0) return folder;
  while (folder.has_relative_path()) {
    if (::stat(folder.parent_path().c_str(), &above) != 0 || above.st_dev != here.st_dev) break;
    folder = folder.parent_path();
  }
  return folder;
}

std::string FullDisk(const fs::path& path) {
  std::error_code error;
  const fs::space_info space = fs::space(NearestFolder(path), error);
  if (error || space.available >= kSmallCheckpointBytes) return "";
  return fmt::format("file system {} is full ({} bytes free)", MountPoint(path).string(),
                     space.available);
}

}  // namespace genet
