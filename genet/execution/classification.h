// What a classification of features came to, and its file.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

struct Classification {
  size_t images = 0, dimensions = 0;
  std::vector<double> accuracies = {};  // of the splits, fractions; none if it failed
  std::vector<double> costs = {};       // C of the splits
  std::string cause = {};               // of the failure
  double seconds = 0;
};

// `identity` is what the file is known by (ClassifyJob::Identity).
Status WriteClassification(const fs::path& path, const nlohmann::json& identity,
                           const Classification& classification);
// An error if the file is not there, not whole, or of another identity.
Result<Classification> ReadClassification(const fs::path& path, const nlohmann::json& identity);

}  // namespace genet
