#include "genet/execution/evaluation_queue.h"

#include "genet/execution/job.h"
#include "genet/execution/outcome.h"

namespace genet {

QueuedTask EvaluationQueue::TaskOf(const EvaluationRequest& request, Evaluation& evaluation) const {
  const std::string key =
      fmt::format("g{:03}-i{:03}", request.id.generation, request.id.individual);
  const TaskFiles files = FilesWithStem(options_.jobs / key);
  const EvaluateJob work{.id = request.id,
                         .genome = request.genome.ToString(),
                         .settings = settings_,
                         .outcome = files.outcome,
                         .checkpoint = files.checkpoint};
  const Job job{.work = work,
                .cache = options_.cache,
                .progress = files.progress,
                .checkpoint_seconds = options_.checkpoint_seconds};
  const auto read_outcome = [&evaluation, path = files.outcome,
                             fingerprint = work.Fingerprint()]() -> Status {
    GENET_ASSIGN(Outcome outcome, ReadOutcome(path));
    if (outcome.fingerprint != fingerprint) {
      return Failure("{}: belongs to another job", path.string());
    }
    evaluation = std::move(outcome.evaluation);
    return {};
  };
  return {.task = {key, files},
          .job = ToJson(job).dump(1) + "\n",
          .name = fmt::format("worker of {} in generation {}", work.genome, request.id.generation),
          .read_outcome = read_outcome};
}

Status EvaluationQueue::Evaluate(
    const std::vector<EvaluationRequest>& requests,
    const std::function<Status(const EvaluationRequest&, const Evaluation&)>& finished) {
  GENET_TRY(MakeFolders(options_.jobs));
  std::vector<Evaluation> evaluations(requests.size());
  std::vector<QueuedTask> tasks;
  for (size_t i = 0; i < requests.size(); ++i) {
    tasks.push_back(TaskOf(requests[i], evaluations[i]));
  }
  TaskQueueOptions queue = queue_;
  queue.folders = {options_.jobs, options_.cache};
  if (options_.running) {
    queue.running = [&](size_t i, const WorkerProgress& progress) {
      options_.running(requests[i].id, progress);
    };
  }
  return TaskQueue(executor_, queue).Run(tasks, [&](const TaskResult& result) -> Status {
    Evaluation& evaluation = evaluations[result.index];
    if (!result.cause.empty()) {
      evaluation = {.status = Evaluation::Status::kFailed, .cause = result.cause};
    }
    evaluation.cost.attempts = result.attempts;
    GENET_TRY(finished(requests[result.index], evaluation));
    RemoveFiles(tasks[result.index].task.files);
    return {};
  });
}

}  // namespace genet
