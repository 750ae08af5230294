// Progress files: how far a worker is with its task. They are not durable: only for people, and for
// noticing a worker that hangs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "genet/base/duration.h"
#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

struct WorkerProgress {
  double fraction = 0;           // of the task
  double images_per_second = 0;  // 0: not known
  // Grows while a worker does what no fraction tells, such as measuring a trained network.
  int64_t beats = 0;

  friend bool operator==(const WorkerProgress&, const WorkerProgress&) = default;
};

// Readers see the old progress or the new. An error names the file.
Status WriteProgress(const fs::path& path, const WorkerProgress& progress);
// Nothing if there is no such file, or none that can be read.
std::optional<WorkerProgress> ReadProgress(const fs::path& path);

// Writes a progress file at most twice a second, whatever a training step takes.
class ProgressWriter {
 public:
  explicit ProgressWriter(fs::path path) : path_(std::move(path)) {}
  Status Write(double fraction, double images_per_second);

 private:
  fs::path path_;
  WorkerProgress progress_;
  std::optional<Clock::time_point> written_;
};

}  // namespace genet
