// One evaluation from job to outcome file.
#pragma once

#include <functional>

#include "genet/base/error.h"
#include "genet/execution/job.h"

namespace genet {

// Trains the network of the job and writes its outcome; an outcome that is already there and
// belongs to the job is kept. Resumes from the job's checkpoint. `stop` is asked after each
// training step. Returns an error, without an outcome, if it was stopped or the evaluation could
// not be done: never because of the training itself, but because of what other evaluations need as
// well, such as disk space or the data set.
Status RunWorker(const Job& job, const std::function<bool()>& stop);

}  // namespace genet
