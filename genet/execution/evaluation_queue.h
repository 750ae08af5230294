// The evaluations of a search as tasks.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "genet/base/file.h"
#include "genet/execution/executor.h"
#include "genet/execution/task_queue.h"
#include "genet/search/evaluation.h"
#include "genet/settings/run_settings.h"

namespace genet {

struct EvaluationQueueOptions {
  fs::path jobs;   // folder of the tasks' files
  fs::path cache;  // for OpenDataSet
  double checkpoint_seconds = 60;
  // A running worker's latest progress.
  std::function<void(const EvaluationId&, const WorkerProgress&)> running = {};
};

// How far the evaluations are whose workers were started after the moment `since` and whose files
// are there still, in the folder of the tasks' files. For those that only watch.
std::map<EvaluationId, WorkerProgress> ProgressIn(const fs::path& jobs, fs::file_time_type since);

// Files of an evaluation are removed once it was reported; those of an interrupted one stay and are
// used by the next run.
class EvaluationQueue : public Evaluator {
 public:
  EvaluationQueue(RunSettings settings, Executor& executor, EvaluationQueueOptions options,
                  TaskQueueOptions queue)
      : settings_(std::move(settings)),
        executor_(executor),
        options_(std::move(options)),
        queue_(std::move(queue)) {}

  // Errors are those of TaskQueue::Run. Nothing is recorded then that a later run would not find as
  // well (attempts.h).
  Status Evaluate(const std::vector<EvaluationRequest>& requests, const Ended& ended) override;

 private:
  TaskFiles FilesOf(const EvaluationId& id) const;
  QueuedTask TaskOf(const EvaluationRequest& request, Evaluation& evaluation) const;

  const RunSettings settings_;
  Executor& executor_;
  const EvaluationQueueOptions options_;
  const TaskQueueOptions queue_;
};

}  // namespace genet
