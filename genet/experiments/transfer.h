// Given structures trained in full on several data sets, and the paper's Table 2 beside (section
// 4.2).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "genet/experiments/experiment_runner.h"
#include "genet/experiments/paper.h"
#include "genet/report/result_table.h"

namespace genet {

struct TransferGenome {
  std::string label;  // "after G-05"
  Genome genome;
  std::string paper_label;  // of the row of Table 2 that it stands beside; may be empty
};

struct TransferRequest {
  std::string table;  // name of its files: "table2"
  std::string title;
  std::string scale;  // what the table says of its size
  std::vector<TransferGenome> genomes;
  std::vector<std::string> data;
  // The settings of a training on a data set, augmentation included.
  std::function<Result<RunSettings>(const std::string& data)> settings_on;
  std::string source;  // where the genomes come from, for the table
};

// Trains each genome on each data set; equal genomes once. On at most settings.train_images images
// (0: the whole training set) of the training set; the last network is measured on the whole test
// set. A training that fails leaves its place in the table empty and a note.
Result<ResultTable> Transfer(const TransferRequest& request, ExperimentRunner& runner);

}  // namespace genet
