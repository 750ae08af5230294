// The experiments of the paper, each as one call.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/experiments/history.h"
#include "genet/experiments/laboratory.h"
#include "genet/experiments/scale.h"
#include "genet/report/result_table.h"

namespace genet {

struct Experiment {
  std::string name;     // "table1"
  std::string section;  // of the paper
  std::string summary;
  std::string needs;  // a kind of data set that it cannot do without: "imagenet"; mostly empty
};
// In the order in which `all` does them.
const std::vector<Experiment>& Experiments();
// A usage error lists the names, `all` among them.
Result<std::vector<Experiment>> FindExperiments(std::string_view name);

struct Reproduction {
  Scale scale;
  std::vector<std::string> data;  // SPECs; searches use the first
  uint64_t seed = 1;
  bool record_test_accuracy = false;
  fs::path folder;  // receives tables and figures
  // A search whose bests table2 takes; none: the structures that the paper prints.
  struct Source {
    std::string description;            // "runs/first (process 1)"
    std::vector<RunHistory> histories;  // process 1, perhaps process 2
  };
  std::optional<Source> from;
  // table2 takes the bests of this reproduction's own processes.
  bool from_own = false;
  std::optional<fs::path> gnuplot;
};

struct Findings {
  std::vector<ResultTable> tables;    // to be read; the longer ones of single points are files only
  std::vector<std::string> drawings;  // texts below them
};

// A usage error if the experiment needs a data set that was not given, or is not done yet.
Status CheckNeeds(const Experiment& experiment, const Reproduction& reproduction);

// Runs what the experiment needs and writes FOLDER/NAME.txt, .csv, .json and its figures. A figure
// that cannot be drawn is said and costs nothing else.
Result<Findings> Reproduce(const Experiment& experiment, const Reproduction& reproduction,
                           Laboratory& laboratory);

}  // namespace genet
