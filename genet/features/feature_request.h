// Features of a whole data set, as `genet features` and the experiments ask for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/features/features.h"

namespace genet {

struct FeatureRequest {
  std::string weights = {};  // file of the network; empty: the pixels are the features
  std::string data = {};     // SPEC; empty: the set that the network was trained on
  std::string part = "all";  // "train", "test", or both, the training images first
  // Weights as training would start with, drawn by this seed, instead of the file's.
  std::optional<uint64_t> untrained = {};
  FeatureOptions options = {};
};

struct FeatureSet {
  Features features;
  std::string data = {};  // SPEC
  std::vector<std::string> class_names;
};

// An error names the weights file, if it is at fault.
Result<FeatureSet> MakeFeatures(const FeatureRequest& request, const fs::path& cache);

}  // namespace genet
