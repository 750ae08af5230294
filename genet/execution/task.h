// A task: one unit of work that a worker process does from files alone.
#pragma once

#include <string>

#include "genet/base/file.h"

namespace genet {

// The files by which a task and its worker speak (docs/formats.md). The job is written before the
// worker starts, all others by the worker.
struct TaskFiles {
  fs::path job;
  fs::path outcome;     // there if the task is done
  fs::path checkpoint;  // from which another attempt goes on; none for tasks without one
  fs::path progress;
  fs::path log;  // standard output and standard error
};

// STEM.job.json, STEM.outcome.json, STEM.checkpoint.safetensors, STEM.progress and STEM.log.
TaskFiles FilesWithStem(const fs::path& stem);

void RemoveFiles(const TaskFiles& files);

struct Task {
  std::string key;  // no other task of the same queue has it
  TaskFiles files;
};

}  // namespace genet
