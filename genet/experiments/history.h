// A finished search as tables read it.
#pragma once

#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/report/generation_table.h"
#include "genet/settings/run_settings.h"
#include "genet/store/run_reader.h"

namespace genet {

struct RunHistory {
  std::string label;  // "process 1"
  RunSettings settings;
  std::vector<Generation> generations;     // complete ones
  std::vector<EvaluationRow> evaluations;  // of these
  std::vector<TableRow> rows;              // a row a generation

  // The individual with the highest fitness in the generation; nullptr if none has a fitness.
  const Individual* Best(size_t generation) const;
  // That of the run (search/statistics.h).
  const Individual* Best() const;
  // The mean of the test accuracies that were recorded of a string up to a generation.
  std::optional<double> TestAccuracy(const Genome& genome, int up_to_generation) const;
};

// An error if no generation is complete or the last has no individual with a fitness.
Result<RunHistory> ReadHistory(RunReader& store, const std::string& label,
                               const RunSettings& settings);

struct SearchCost {
  int evaluations = 0;
  double seconds = 0;  // of workers, added up
};
SearchCost CostOf(const RunHistory& history);

// Mean and spread of all finished evaluations of a run, such as of one genome trained again.
struct Spread {
  int count = 0;
  double mean = 0, min = 0, max = 0;
  double standard_deviation = 0;  // sample (divided by count - 1); 0 of a single one
};
Spread SpreadOf(const RunHistory& history);

}  // namespace genet
