#include "genet/execution/progress_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace genet {

Status WriteProgress(const fs::path& path, const WorkerProgress& progress) {
  const fs::path temporary = path.string() + ".tmp";
  errno = 0;
  std::ofstream file(temporary);
  file << progress.fraction << ' ' << progress.images_per_second << ' ' << progress.beats << '\n';
  file.close();
  if (file && std::rename(temporary.c_str(), path.c_str()) == 0) return {};
  return Failure("cannot write {}: {}", path.string(), std::strerror(errno));
}

std::optional<WorkerProgress> ReadProgress(const fs::path& path) {
  std::ifstream file(path);
  WorkerProgress progress;
  if (!(file >> progress.fraction >> progress.images_per_second)) return std::nullopt;
  file >> progress.beats;  // workers of older builds write none
  return progress;
}

Status ProgressWriter::Write(double fraction, double images_per_second) {
  constexpr double kSecondsBetween = 0.5;
  if (written_ && SecondsSince(*written_) <= kSecondsBetween) return {};
  written_ = Clock::now();
  progress_ = {fraction, images_per_second, progress_.beats + 1};
  return WriteProgress(path_, progress_);
}

}  // namespace genet
