// One task from job to outcome file.
#pragma once

#include <functional>

#include "genet/base/error.h"
#include "genet/execution/job.h"
#include "genet/execution/run_training.h"

namespace genet {

struct WorkerResources {
  int threads = 1;
  std::string device = kProcessor;  // of the engine
  int parent = 0;                   // process that the worker must not outlive; 0: none
};

// Does the job's task and writes its outcome; an outcome that is already there and belongs to the
// job is kept. Goes on from the job's checkpoint. `stop` is asked after each training step. Returns
// an error, without an outcome, if it was stopped or the task could not be done: never because of
// the training itself, but because of what other tasks need as well, such as disk space or the data
// set; a usage error if the task asks for what cannot be.
Status RunWorker(const Job& job, const WorkerResources& resources,
                 const std::function<bool()>& stop);

}  // namespace genet
