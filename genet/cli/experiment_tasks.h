// Experiments' searches, trainings and classifications as tasks of this machine.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "genet/cli/run_search.h"
#include "genet/execution/task_queue.h"
#include "genet/experiments/experiment_runner.h"

namespace genet::cli {

// Searches lie in FOLDER/runs/NAME, folders that `genet search` and `genet report` take as well;
// trainings in FOLDER/trained/NAME, those of `genet train`; features in FOLDER/features/NAME.npy
// (`genet features`), their classification in NAME.json beside. All resume. Ends with the error
// "stopped" if StopSignal() says so.
class TaskExperimentRunner : public ExperimentRunner {
 public:
  TaskExperimentRunner(fs::path folder, const Resources& resources)
      : folder_(std::move(folder)), resources_(resources) {}

  Result<DataFacts> Inspect(const std::string& data) override;
  Result<RunStore> Search(const std::string& name, const RunSettings& settings) override;
  Result<std::vector<TrainingResult>> Train(const std::vector<TrainingPlan>& plans) override;
  Result<std::vector<FeatureResult>> Classify(const std::vector<FeaturePlan>& plans) override;
  void Log(const std::string& line) override;

 private:
  // `done` is said of the tasks that are done: "trained". `ended` is called for each.
  Status RunTasks(const std::string& done, const std::vector<QueuedTask>& tasks,
                  const std::function<void(const TaskResult&)>& ended);
  // A usage error if the plans that are left do not fit the memory, as many at the same time as
  // there are workers.
  Status CheckMemoryFor(const std::vector<TrainingPlan>& plans);
  fs::path FolderOf(const TrainingPlan& plan) const { return folder_ / "trained" / plan.name; }

  const fs::path folder_;
  const Resources resources_;
  std::map<std::string, DataFacts> facts_;
};

}  // namespace genet::cli
