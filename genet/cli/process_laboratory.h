// Experiments' searches and trainings as processes of this machine.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "genet/cli/run_search.h"
#include "genet/experiments/laboratory.h"

namespace genet::cli {

// Searches lie in FOLDER/runs/NAME, folders that `genet search` and `genet report` take as well;
// trainings in FOLDER/trained/NAME, those of `genet train`. Both resume. Ends with the error
// "stopped" if StopSignal() says so.
class ProcessLaboratory : public Laboratory {
 public:
  ProcessLaboratory(fs::path folder, const WorkOptions& options)
      : folder_(std::move(folder)), options_(options) {}

  Result<DataFacts> Inspect(const std::string& data) override;
  Result<RunStore> Search(const std::string& name, const RunSettings& settings) override;
  Result<std::vector<TrainingResult>> Train(const std::vector<TrainingPlan>& plans) override;
  void Say(const std::string& line) override;

 private:
  Result<TrainingResult> ReadResult(const TrainingPlan& plan) const;

  const fs::path folder_;
  const WorkOptions options_;
  std::map<std::string, DataFacts> facts_;
};

}  // namespace genet::cli
