// What does the work of experiments: searches, trainings and classifications. The command line has
// one that runs tasks; tests have one in which accuracies follow from the genome.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/network/network.h"
#include "genet/settings/run_settings.h"
#include "genet/store/run_store.h"

namespace genet {

struct DataFacts {
  Shape input;
  int classes = 0;
  size_t train_images = 0;
  size_t smallest_class = 0;  // images of the class that has fewest, of training and test set
};

// One training in full, to be measured on the test set.
struct TrainingPlan {
  std::string name;  // of its folder
  Genome genome;
  RunSettings settings;
  bool full_training_set = false;  // on the whole training set; else on settings.train_images of it
};
struct TrainingResult {
  std::optional<double> test_accuracy = {};       // a fraction; none if the training failed
  std::optional<double> test_top5_accuracy = {};  // likewise, and none of old results
  std::string weights = {};                       // file
  std::string cause = {};                         // of a failure
  size_t train_images = 0;
  double seconds = 0;  // of one worker
};

// Features of all images of a data set, to be classified (section 4.3).
struct FeaturePlan {
  std::string name;          // of its files
  std::string weights = {};  // file of the network; empty: the pixels are the features
  std::string layer = {};    // of the network
  std::optional<uint64_t> untrained = {};  // as training would start with this seed, not as trained
  std::string data;
  int train_per_class = 0, splits = 0;
  uint64_t seed = 1;  // of the splits
};
struct FeatureResult {
  std::vector<double> accuracies = {};  // of the splits, fractions; empty if it failed
  std::string cause = {};               // of a failure
  size_t images = 0, dimensions = 0;
  double seconds = 0;
};

class ExperimentRunner {
 public:
  virtual ~ExperimentRunner() = default;
  // A usage error if there is no such data set.
  virtual Result<DataFacts> Inspect(const std::string& data) = 0;
  // Runs the search of this name with these settings to its end, or goes on with it, and opens its
  // store. An error if a search of this name was run with other settings.
  virtual Result<RunStore> Search(const std::string& name, const RunSettings& settings) = 0;
  // Trains all of them, in the order of the plans; what was trained before is not trained again.
  virtual Result<std::vector<TrainingResult>> Train(const std::vector<TrainingPlan>& plans) = 0;
  // Extracts and classifies all of them, in the order of the plans; what was done before is not
  // done again.
  virtual Result<std::vector<FeatureResult>> Classify(const std::vector<FeaturePlan>& plans) = 0;
  // A line for the user.
  virtual void Log(const std::string& line) = 0;
};

}  // namespace genet
