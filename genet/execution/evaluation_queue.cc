#include "genet/execution/evaluation_queue.h"

#include <cstdio>
#include <deque>

#include "genet/execution/job.h"
#include "genet/execution/outcome.h"

namespace genet {
namespace {

std::string StemOf(const EvaluationId& id) {
  return fmt::format("g{:03}-i{:03}", id.generation, id.individual);
}

// The evaluation of a job file.
std::optional<EvaluationId> IdOf(const fs::path& job) {
  EvaluationId id;
  const std::string name = job.filename().string();
  if (std::sscanf(name.c_str(), "g%d-i%d", &id.generation, &id.individual) != 2) return {};
  if (FilesWithStem(job.parent_path() / StemOf(id)).job != job) return {};
  return id;
}

}  // namespace

std::map<EvaluationId, WorkerProgress> ProgressIn(const fs::path& jobs, fs::file_time_type since) {
  std::map<EvaluationId, WorkerProgress> found;
  std::error_code error;
  for (fs::directory_iterator it(jobs, error), end; !error && it != end; it.increment(error)) {
    const std::optional<EvaluationId> id = IdOf(it->path());
    if (!id) continue;
    std::error_code gone;  // it was recorded meanwhile
    if (const auto written = it->last_write_time(gone); gone || written < since) continue;
    found[*id] =
        ReadProgress(FilesWithStem(jobs / StemOf(*id)).progress).value_or(WorkerProgress());
  }
  return found;
}

TaskFiles EvaluationQueue::FilesOf(const EvaluationId& id) const {
  return FilesWithStem(options_.jobs / StemOf(id));
}

QueuedTask EvaluationQueue::TaskOf(const EvaluationRequest& request, Evaluation& evaluation) const {
  const TaskFiles files = FilesOf(request.id);
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
  return {.task = {StemOf(request.id), files},
          .job = ToJson(job).dump(1) + "\n",
          .name = fmt::format("worker of {} in generation {}", work.genome, request.id.generation),
          .read_outcome = read_outcome};
}

Status EvaluationQueue::Evaluate(const std::vector<EvaluationRequest>& requests,
                                 const Ended& ended) {
  struct Asked {
    EvaluationRequest request;
    Evaluation evaluation = {};
  };
  std::deque<Asked> asked;  // by the index of the task
  const auto task_for = [&](const EvaluationRequest& request) {
    Asked& one = asked.emplace_back(Asked{request});
    return TaskOf(one.request, one.evaluation);
  };
  GENET_TRY(MakeFolders(options_.jobs));
  std::vector<QueuedTask> tasks;
  for (const EvaluationRequest& request : requests) tasks.push_back(task_for(request));
  TaskQueueOptions options = queue_;
  options.folders = {options_.jobs, options_.cache};
  if (options_.running) {
    options.running = [&](size_t i, const WorkerProgress& progress) {
      options_.running(asked[i].request.id, progress);
    };
  }
  TaskQueue queue(executor_, options);
  return queue.Run(tasks, [&](const TaskResult& result) -> Status {
    auto& [request, evaluation] = asked[result.index];
    if (!result.cause.empty()) {
      evaluation = {.status = Evaluation::Status::kFailed, .cause = result.cause};
    }
    evaluation.cost.attempts = result.attempts;
    GENET_ASSIGN(const std::vector<EvaluationRequest> born, ended(request, evaluation));
    RemoveFiles(FilesOf(request.id));
    evaluation = {};
    for (const EvaluationRequest& one : born) queue.Add(task_for(one));
    return {};
  });
}

}  // namespace genet
