#include "genet/cli/experiment_tasks.h"

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

#include "genet/base/duration.h"
#include "genet/base/print_error.h"
#include "genet/cli/command.h"
#include "genet/cli/make_executor.h"
#include "genet/cli/stop.h"
#include "genet/cli/terminal.h"
#include "genet/data/checksum.h"
#include "genet/engine/backends/make_engine.h"
#include "genet/execution/classification.h"
#include "genet/execution/job.h"
#include "genet/execution/run_folder.h"
#include "genet/experiments/trainings.h"
#include "genet/network/network.h"
#include "genet/settings/json.h"

namespace genet::cli {
namespace {

// One line of what all tasks are at: overwritten on a terminal, now and then elsewhere.
class TaskProgress {
 public:
  TaskProgress(std::string done, const std::vector<QueuedTask>& tasks, bool quiet)
      : done_(std::move(done)),
        tasks_(tasks),
        quiet_(quiet),
        live_(!quiet && ::isatty(STDERR_FILENO) != 0) {}

  void Running(size_t task, const WorkerProgress& progress) {
    running_[task] = progress;
    Show();
  }
  void Ended(size_t task) {
    running_.erase(task);
    ++ended_;
  }
  void Show() {
    if (quiet_ || SecondsSince(shown_) < (live_.shown() ? 1 : 60)) return;
    shown_ = Clock::now();
    std::string line = fmt::format("{} {} of {}", done_, ended_, tasks_.size());
    for (const auto& [task, progress] : running_) {
      line += fmt::format("; {}: {:.0f} %, {:.0f} images/s", tasks_[task].task.key,
                          100 * progress.fraction, progress.images_per_second);
    }
    live_.Draw(line);
    if (!live_.shown()) PrintError("{}\n", line);
  }
  void Log(const std::string& line) const {
    if (quiet_) return;
    Clear();
    PrintError("{}\n", line);
  }
  void Clear() const { live_.Clear(); }

 private:
  std::string done_;
  const std::vector<QueuedTask>& tasks_;
  bool quiet_;
  LiveLine live_;
  std::map<size_t, WorkerProgress> running_;
  size_t ended_ = 0;
  Clock::time_point shown_ = Clock::now();
};

FeatureResult ResultOf(Classification classification) {
  return {.accuracies = std::move(classification.accuracies),
          .cause = std::move(classification.cause),
          .images = classification.images,
          .dimensions = classification.dimensions,
          .seconds = classification.seconds};
}

}  // namespace

Result<DataFacts> TaskExperimentRunner::Inspect(const std::string& data) {
  if (const auto known = facts_.find(data); known != facts_.end()) return known->second;
  GENET_ASSIGN(const DataSet set, OpenDataSet(data, CacheFolder()));
  const ImageList& images = set.train;
  std::vector<size_t> of_class(static_cast<size_t>(set.classes()));
  for (const ImageList* part : {&set.train, &set.test}) {
    for (size_t i = 0; i < part->size(); ++i) ++of_class[static_cast<size_t>(part->label(i))];
  }
  const DataFacts facts{.input = {images.channels(), images.height(), images.width()},
                        .classes = set.classes(),
                        .train_images = images.size(),
                        .smallest_class = *std::min_element(of_class.begin(), of_class.end())};
  facts_[data] = facts;
  return facts;
}

Result<RunStore> TaskExperimentRunner::Search(const std::string& name,
                                              const RunSettings& settings) {
  const fs::path run = folder_ / "runs" / name;
  GENET_ASSIGN(const DataSet data,
               CheckBeforeStart(settings, resources_.devices, resources_.workers, CacheFolder()));
  GENET_ASSIGN(const FileLock lock, LockRun(run));
  const bool resumed = RunStore::Exists(StorePath(run));
  if (!resumed) {
    GENET_ASSIGN(RunStore store, CreateRun(run, settings));
  }
  GENET_ASSIGN(RunStore store, RunStore::Open(StorePath(run)));
  GENET_ASSIGN(const RunSettings stored, SettingsOf(store, run));
  for (const auto& change : nlohmann::json::diff(ToJson(stored), ToJson(settings))) {
    return Failure(
        "{}: holds a search with other settings (first difference: {}); take another --run folder",
        run.string(), change["path"].get<std::string>());
  }
  GENET_ASSIGN(const std::vector<Generation> generations, store.Generations());
  if (static_cast<int>(generations.size()) > settings.search.generations &&
      generations.back().complete) {
    return store;
  }
  GENET_TRY(
      RunWithProgress(settings, run, data, store, resources_,
                      fmt::format("{} {}: {} individuals, {} generations after the first, {}, "
                                  "seed {}, {}",
                                  resumed ? "resuming" : "starting", run.string(),
                                  settings.search.population, settings.search.generations,
                                  settings.data, settings.seed, Describe(resources_))));
  return store;
}

Status TaskExperimentRunner::RunTasks(const std::string& done, const std::vector<QueuedTask>& tasks,
                                      const std::function<void(const TaskResult&)>& ended) {
  CatchStopSignals();
  TaskProgress progress(done, tasks, resources_.quiet);
  const std::unique_ptr<Executor> executor = MakeExecutor(resources_);
  TaskQueue queue(
      *executor,
      {.time_limit_seconds = resources_.time_limit_seconds,
       .folders = {folder_, CacheFolder()},
       .stop = [] { return StopSignal() != 0; },
       .running = [&](size_t task, const WorkerProgress& now) { progress.Running(task, now); },
       .log = [&](const std::string& line) { progress.Log(line); }});
  const Status status = queue.Run(tasks, [&](const TaskResult& result) -> Status {
    const QueuedTask& task = tasks[result.index];
    if (!result.cause.empty()) {
      progress.Log(fmt::format("{} failed: {}", task.name, result.cause));
    } else {
      std::error_code ignored;
      for (const fs::path& file : {task.task.files.job, task.task.files.progress}) {
        fs::remove(file, ignored);
      }
    }
    progress.Ended(result.index);
    ended(result);
    return {};
  });
  progress.Clear();
  return status;
}

Status TaskExperimentRunner::CheckMemoryFor(const std::vector<TrainingPlan>& plans) {
  std::vector<double> bytes;
  int images = 0;
  for (const TrainingPlan& plan : plans) {
    std::error_code error;
    if (fs::exists(ResultPath(FolderOf(plan)), error)) continue;
    const RunSettings& settings = plan.settings;
    GENET_ASSIGN(const DataFacts facts, Inspect(settings.data));
    const auto network =
        BuildNetwork(WithClasses(settings.base, facts.classes), plan.genome, facts.input);
    if (!network) continue;  // its training says why
    images = std::max(images, settings.training.images_at_once());
    bytes.push_back(
        LeastMemoryBytes(*network, settings.engine, settings.training.images_at_once()));
  }
  const size_t networks = std::min(bytes.size(), static_cast<size_t>(resources_.workers));
  const auto last = bytes.begin() + static_cast<std::ptrdiff_t>(networks);
  std::partial_sort(bytes.begin(), last, bytes.end(), std::greater());
  return CheckMemory(std::accumulate(bytes.begin(), last, 0.0), images, static_cast<int>(networks));
}

Result<std::vector<TrainingResult>> TaskExperimentRunner::Train(
    const std::vector<TrainingPlan>& plans) {
  GENET_TRY(CheckMemoryFor(plans));
  std::vector<TrainingResult> results(plans.size());
  std::vector<QueuedTask> tasks;
  for (size_t i = 0; i < plans.size(); ++i) {
    const TrainingPlan& plan = plans[i];
    const fs::path folder = FolderOf(plan);
    const FullTraining training{.settings = plan.settings,
                                .genome = plan.genome,
                                .full_training_set = plan.full_training_set};
    GENET_TRY(MakeFolders(folder));
    GENET_TRY(CheckTrainingFolder(folder, training));
    const TaskFiles files{.job = folder / "job.json",
                          .outcome = ResultPath(folder),
                          .checkpoint = CheckpointPath(folder),
                          .progress = folder / "progress",
                          .log = folder / "log"};
    const Job job{.work = TrainJob{training, folder},
                  .cache = CacheFolder(),
                  .progress = files.progress,
                  .checkpoint_seconds = resources_.checkpoint_seconds};
    tasks.push_back({.task = {plan.name, files},
                     .job = ToJson(job).dump(1) + "\n",
                     .name = "training " + plan.name,
                     .read_outcome = [&results, i, folder, training]() -> Status {
                       GENET_ASSIGN(const auto result, ReadTrainingResult(folder, training));
                       if (!result) {
                         return Failure("{}: is not there", ResultPath(folder).string());
                       }
                       GENET_ASSIGN(results[i], TrainingResultOf(folder, *result));
                       return {};
                     }});
  }
  GENET_TRY(RunTasks("trained", tasks, [&](const TaskResult& result) {
    if (!result.cause.empty()) results[result.index].cause = result.cause;
  }));
  return results;
}

Result<std::vector<FeatureResult>> TaskExperimentRunner::Classify(
    const std::vector<FeaturePlan>& plans) {
  const fs::path folder = folder_ / "features";
  GENET_TRY(MakeFolders(folder));
  std::vector<FeatureResult> results(plans.size());
  std::vector<QueuedTask> tasks;
  for (size_t i = 0; i < plans.size(); ++i) {
    const FeaturePlan& plan = plans[i];
    const std::string stem = (folder / plan.name).string();
    const TaskFiles files{.job = stem + ".job.json",
                          .outcome = stem + ".json",
                          .checkpoint = {},
                          .progress = stem + ".progress",
                          .log = stem + ".log"};
    ClassifyJob work{.weights = plan.weights,
                     .weights_checksum = {},
                     .layer = plan.layer,
                     .untrained = plan.untrained,
                     .data = plan.data,
                     .train_per_class = plan.train_per_class,
                     .splits = plan.splits,
                     .seed = plan.seed,
                     .features = stem + ".npy",
                     .outcome = files.outcome};
    if (!plan.weights.empty()) {
      GENET_ASSIGN(work.weights_checksum, FileChecksum(plan.weights, "sha256"));
    }
    const Job job{.work = work, .cache = CacheFolder(), .progress = files.progress};
    tasks.push_back({.task = {plan.name, files},
                     .job = ToJson(job).dump(1) + "\n",
                     .name = "classifying " + plan.name,
                     .read_outcome = [&results, i, path = files.outcome,
                                      identity = work.Identity()]() -> Status {
                       GENET_ASSIGN(Classification read, ReadClassification(path, identity));
                       results[i] = ResultOf(std::move(read));
                       return {};
                     },
                     .tells_progress = false});
  }
  GENET_TRY(RunTasks("classified", tasks, [&](const TaskResult& result) {
    if (!result.cause.empty()) results[result.index].cause = result.cause;
  }));
  return results;
}

void TaskExperimentRunner::Log(const std::string& line) {
  if (!resources_.quiet) PrintError("{}\n", line);
}

}  // namespace genet::cli
