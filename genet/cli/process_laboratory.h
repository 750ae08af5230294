// Experiments' searches, trainings and classifications as processes of this machine.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "genet/base/process.h"
#include "genet/cli/run_search.h"
#include "genet/experiments/laboratory.h"

namespace genet::cli {

// Searches lie in FOLDER/runs/NAME, folders that `genet search` and `genet report` take as well;
// trainings in FOLDER/trained/NAME, those of `genet train`; features in FOLDER/features/NAME.npy
// (`genet features`), what `genet classify` made of them in NAME.json beside. All resume. Ends with
// the error "stopped" if StopSignal() says so.
class ProcessLaboratory : public Laboratory {
 public:
  ProcessLaboratory(fs::path folder, const WorkOptions& options)
      : folder_(std::move(folder)), options_(options) {}

  Result<DataFacts> Inspect(const std::string& data) override;
  Result<RunStore> Search(const std::string& name, const RunSettings& settings) override;
  Result<std::vector<TrainingResult>> Train(const std::vector<TrainingPlan>& plans) override;
  Result<std::vector<FeatureResult>> Classify(const std::vector<FeaturePlan>& plans) override;
  void Say(const std::string& line) override;

 private:
  // A run of this program.
  struct Errand {
    std::string name;
    fs::path log;
    std::vector<std::string> arguments;
    bool trains = false;  // on one of the devices
  };
  // Of the errand at this place; an error ends the rest.
  using Ended = std::function<Status(size_t errand, const ProcessEnd& end, double seconds)>;
  // As many at the same time as there are workers. `what` is said of those that are done:
  // "trained".
  Status RunAll(const std::string& what, const std::vector<Errand>& errands, const Ended& ended);
  // What a failed errand said, or how it ended; said to the user too. An error, which ends all, if
  // it was called in a wrong way.
  Result<std::string> CauseOf(const std::string& what, const Errand& errand, const ProcessEnd& end);
  // A usage error if the plans that are left do not fit the memory, as many at the same time as
  // there are workers.
  Status CheckMemoryFor(const std::vector<TrainingPlan>& plans);
  fs::path ResultPath(const TrainingPlan& plan) const {
    return folder_ / "trained" / plan.name / "result.json";
  }
  Result<TrainingResult> ReadResult(const TrainingPlan& plan) const;

  const fs::path folder_;
  const WorkOptions options_;
  std::map<std::string, DataFacts> facts_;
};

}  // namespace genet::cli
