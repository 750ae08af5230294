// Structures trained at large scale, and the paper's Table 3 beside (section 4.3).
#pragma once

#include <string>
#include <vector>

#include "genet/experiments/experiment_runner.h"
#include "genet/experiments/transfer.h"
#include "genet/report/result_table.h"

namespace genet {

struct LargeScaleRequest {
  std::string scale;                    // what the table says of its size
  std::vector<TransferGenome> genomes;  // paper_label: of a row of Table 3
  RunSettings settings;                 // of all trainings, data set and augmentation included
  std::string source;                   // where the genomes come from, for the table
};

struct LargeNetwork {
  TransferGenome structure;
  TrainingPlan plan;
  TrainingResult result;
};
// Trains each genome; equal ones once. On the whole training set, or on settings.train_images of
// it.
Result<std::vector<LargeNetwork>> TrainLargeNetworks(const LargeScaleRequest& request,
                                                     ExperimentRunner& runner);

// Top-1 and top-5 errors on the test set and the number of parameters. A training that failed
// leaves its places empty and a note. values["trained"] names the plans of those that did not.
Result<ResultTable> LargeScaleTable(const LargeScaleRequest& request,
                                    const std::vector<LargeNetwork>& networks,
                                    ExperimentRunner& runner);

}  // namespace genet
