// The experiments of the paper, each as one call.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/experiments/caltech.h"
#include "genet/experiments/experiment_runner.h"
#include "genet/experiments/history.h"
#include "genet/experiments/scale.h"
#include "genet/report/result_table.h"
#include "genet/training/weights_file.h"

namespace genet {

class ExperimentContext;

struct Experiment {
  std::string name;     // "table1"
  std::string section;  // of the paper
  std::string summary;
  std::string needs;  // a kind of data set that it cannot do without: "imagenet"; mostly empty
  Status (*run)(ExperimentContext& context) = nullptr;  // see experiments.h

  // Whether it searches, or trains on what searches take.
  bool small() const { return needs.empty(); }
};
// In the order in which `all` does them.
const std::vector<Experiment>& Experiments();
// A usage error lists the names, `all` among them.
Result<std::vector<Experiment>> FindExperiments(std::string_view name);

struct Reproduction {
  Scale scale;
  std::vector<std::string> data;        // SPECs; searches use the first
  std::vector<std::string> large_data;  // SPECs that table3 and caltech choose from
  // Whose features caltech takes; empty: those that table3 trains.
  std::vector<TrainedNetwork> networks;
  uint64_t seed = 1;
  bool record_test_accuracy = false;
  fs::path folder;  // receives tables and figures
  // A search whose bests table2, table3 and caltech take; none: the structures that the paper
  // prints.
  struct Source {
    std::string description;            // "runs/first (process 1)"
    std::vector<RunHistory> histories;  // process 1, perhaps process 2
  };
  std::optional<Source> from;
  // They take the bests of this reproduction's own processes.
  bool from_own = false;
  std::optional<fs::path> gnuplot;
};

struct Findings {
  std::vector<ResultTable> tables;    // to be read; the longer ones of single points are files only
  std::vector<std::string> drawings;  // texts below them
};

// A usage error if the experiment needs something that was not given.
Status CheckNeeds(const Experiment& experiment, const Reproduction& reproduction);
// Opens the pictures that the experiment needs, so that mistakes in them are found before hours of
// training.
Status CheckPictures(const Experiment& experiment, const Reproduction& reproduction,
                     ExperimentRunner& runner);
// Paper's and own names of a network that was trained before.
TrainedNetwork NamedNetwork(const std::string& file, const WeightsFile& weights);

// Runs what the experiment needs and writes FOLDER/NAME.txt, .csv, .json and its figures. A figure
// that cannot be drawn is said and costs nothing else.
Result<Findings> Reproduce(const Experiment& experiment, const Reproduction& reproduction,
                           ExperimentRunner& runner);

}  // namespace genet
