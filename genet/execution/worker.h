// One evaluation from job file to outcome file.
#pragma once

#include <functional>

#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

// Trains the network of the job at `path` and writes its outcome; an outcome that is already there
// and belongs to the job is kept. Resumes from the job's checkpoint. Returns an error, without an
// outcome, if the evaluation could not be done; `stop` is asked after each training step.
Status RunWorker(const fs::path& path, const std::function<bool()>& stop);

}  // namespace genet
