// Training curves, and their JSON in checkpoints and outcome files.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "genet/base/error.h"

namespace genet {

struct EpochRecord {
  int epoch = 0;  // from 1
  double learning_rate = 0;
  double train_loss = 0;      // mean over the epoch's images, as they were seen
  double train_accuracy = 0;  // the same
};

// [{"epoch": 1, "learning_rate": 0.01, "train_loss": 2.1, "train_accuracy": 0.3}, ...]; numbers
// read back to the same bits.
nlohmann::json CurveToJson(const std::vector<EpochRecord>& curve);
// Strict: epochs count from 1, an unknown or missing key is an error.
Result<std::vector<EpochRecord>> CurveFromJson(const nlohmann::json& json);

}  // namespace genet
