// A run as JSON (docs/formats.md): its history, to keep and to compare, and its snapshot, for
// whoever watches it.
#pragma once

#include <nlohmann/json.hpp>
#include <span>

#include "genet/base/error.h"
#include "genet/store/run_reader.h"

namespace genet {

// What `genet report RUN --json` prints: `settings` and `generations`; each of these with
// `generation`, `uniform_selection`, `complete` and `individuals`; each of these with `genome`,
// `operation`, `parents`, `swapped_stages`, `flipped_bits`, `fitness` and `evaluations`
// (`accuracy`, `status`, `test_accuracy` if measured, `cause` of a divergence). Whatever depends on
// the clock or the machine, or is not recorded by every build, stands under keys named `cost` or
// `machine` only: two runs had the same history if the rest is equal.
Result<nlohmann::json> HistoryOf(RunReader& run);

// `json` without every key named `cost` or `machine`, at any depth.
nlohmann::json WithoutCost(const nlohmann::json& json);

// An evaluation that a worker is at.
struct RunningEvaluation {
  EvaluationId id;
  double fraction = 0;           // of its work that is done
  double images_per_second = 0;  // 0: not known
};

// What `genet report RUN --format snapshot` prints: `sequence`, with which RunReader::Since gives
// what is recorded later; `run` (null if it is as before), `generations` and `evaluations` of
// `changes`, each evaluation with its `measures`, `curve` and `cost`; and what is `running`.
nlohmann::json SnapshotOf(const RunChanges& changes, std::span<const RunningEvaluation> running);

}  // namespace genet
