#include "genet/execution/task.h"

namespace genet {

TaskFiles FilesWithStem(const fs::path& stem) {
  const std::string text = stem.string();
  return {.job = text + ".job.json",
          .outcome = text + ".outcome.json",
          .checkpoint = text + ".checkpoint.safetensors",
          .progress = text + ".progress",
          .log = text + ".log"};
}

void RemoveFiles(const TaskFiles& files) {
  for (const fs::path& path :
       {files.job, files.outcome, files.checkpoint, files.progress, files.log}) {
    std::error_code ignored;
    if (!path.empty()) fs::remove(path, ignored);
  }
}

}  // namespace genet
