// Features of trained networks, classified by a linear support vector machine on the categories of
// another data set, with the paper's figures for Caltech-256 beside (section 4.3).
#pragma once

#include <string>
#include <vector>

#include "genet/experiments/experiment_runner.h"
#include "genet/report/result_table.h"

namespace genet {

struct TrainedNetwork {
  std::string label;        // "GeNet #1"
  std::string paper_label;  // of a row of Table 3; may be empty
  Genome genome;
  Shape input;
  std::string weights;  // file
  std::string data;     // that it was trained on
};

struct CaltechRequest {
  std::string scale;       // what the table says of its size
  std::string categories;  // SPEC of pictures, brought to the size that each network takes
  std::vector<TrainedNetwork> networks;
  int splits = 0;
  uint64_t seed = 1;
  std::vector<std::string> notes = {};  // such as which training failed
};

// Training pictures of each category: 60, or four fifths of the smallest category if that is less.
// A usage error if those are too few to choose the machine's cost by cross-validation.
Result<int> TrainingPictures(const std::string& categories, ExperimentRunner& runner);

// A row for each network, one for its structure untrained, one for the pixels.
Result<ResultTable> ClassifyCategories(const CaltechRequest& request, ExperimentRunner& runner);

}  // namespace genet
