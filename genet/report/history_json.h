// A run as one JSON document: what `genet report RUN --json` prints.
//
// `settings` and `generations`; each of these with `generation`, `uniform_selection`, `complete`
// and `individuals`; each of these with `genome`, `operation`, `parents`, `swapped_stages`,
// `flipped_bits`, `fitness` and `evaluations` (`accuracy`, `status`, `test_accuracy` if measured,
// `cause` of a divergence). Whatever depends on the clock or the machine stands under keys named
// `cost` or `machine` only: two runs had the same history if the rest is equal.
#pragma once

#include <nlohmann/json.hpp>

#include "genet/base/error.h"
#include "genet/store/run_reader.h"

namespace genet {

Result<nlohmann::json> HistoryOf(RunReader& store);

// `json` without every key named `cost` or `machine`, at any depth.
nlohmann::json WithoutCost(const nlohmann::json& json);

}  // namespace genet
