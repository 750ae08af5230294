// Measures, costs and training curves as JSON. Numbers read back to the same bits.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/measures/measures.h"

namespace genet {

// null if there is none.
template <class T>
nlohmann::json JsonOf(const std::optional<T>& value) {
  return value ? nlohmann::json(*value) : nlohmann::json(nullptr);
}

// An object with a key for each member of the struct, null where it is absent.
nlohmann::json ToJson(const Measures& measures);
nlohmann::json ToJson(const Cost& cost);
// [{"epoch": 1, "learning_rate": 0.01, "train_loss": 2.1, "train_accuracy": 0.3}, ...]
nlohmann::json CurveToJson(const std::vector<EpochRecord>& curve);

// Strict: an unknown or missing key, another type, or what the checks of measures.h refuse is an
// error.
Result<Measures> MeasuresFromJson(const nlohmann::json& json);
Result<Cost> CostFromJson(const nlohmann::json& json);
Result<std::vector<EpochRecord>> CurveFromJson(const nlohmann::json& json);

// What workers said of an evaluation beside its accuracies before measures and costs had types: a
// text that holds JSON, in outcome files of version 1 and run stores of schema 1. `genet report
// --json` still prints it.
struct Details {
  std::vector<EpochRecord> curve = {};
  Cost cost = {};  // without attempts and finished
};
// An object with `curve`, `cost`, `machine` and `version`.
nlohmann::json ToJson(const Details& details);
// An empty text, of an evaluation that no worker has said anything of, has no details.
Result<Details> DetailsFromText(const std::string& text);

}  // namespace genet
