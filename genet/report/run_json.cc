#include "genet/report/run_json.h"

#include <map>

#include "genet/measures/measures_json.h"

namespace genet {
namespace {

using nlohmann::json;

// Text that should be JSON; kept as text if it is not.
json JsonOrText(const std::string& text) {
  json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  return parsed.is_discarded() ? json(text) : parsed;
}

json MachineJson(const RunRecord& run) {
  return {{"version", run.version}, {"created", run.created}, {"machine", JsonOrText(run.machine)}};
}

json IndividualJson(const Individual& individual) {
  return {{"genome", individual.genome.ToString()},  {"operation", Name(individual.operation)},
          {"parents", individual.parents},           {"swapped_stages", individual.swapped_stages},
          {"flipped_bits", individual.flipped_bits}, {"fitness", JsonOf(individual.fitness)}};
}

json GenerationJson(const Generation& generation) {
  json individuals = json::array();
  for (const Individual& one : generation.individuals) individuals.push_back(IndividualJson(one));
  return {{"generation", generation.number},
          {"uniform_selection", generation.uniform_selection},
          {"complete", generation.complete},
          {"individuals", std::move(individuals)}};
}

json EvaluationJson(const Evaluation& evaluation) {
  const Measures& measures = evaluation.measures;
  json cost = {{"attempts", evaluation.cost.attempts}};
  // Of a failed evaluation no worker has said anything.
  if (!evaluation.cost.version.empty()) {
    cost["details"] = ToJson(Details{evaluation.curve, evaluation.cost});
  }
  json result = {{"accuracy", JsonOf(measures.accuracy)}, {"status", Name(evaluation.status)}};
  if (measures.test_accuracy) result["test_accuracy"] = *measures.test_accuracy;
  if (!evaluation.cause.empty()) {
    // A divergence follows from the settings; how a process failed, from the machine.
    const bool diverged = evaluation.status == Evaluation::Status::kDiverged;
    (diverged ? result : cost)["cause"] = evaluation.cause;
  }
  result["cost"] = std::move(cost);
  return result;
}

}  // namespace

Result<json> HistoryOf(RunReader& reader) {
  GENET_ASSIGN(const RunRecord run, reader.Run());
  GENET_ASSIGN(const std::vector<Generation> generations, reader.Generations());
  GENET_ASSIGN(const std::vector<EvaluationRow> rows, reader.Evaluations());
  std::map<EvaluationId, json> evaluations;
  for (const EvaluationRow& row : rows) evaluations[row.id] = EvaluationJson(row.evaluation);

  json history = {{"settings", JsonOrText(run.settings)},
                  {"machine", MachineJson(run)},
                  {"generations", json::array()}};
  for (const Generation& generation : generations) {
    json added = GenerationJson(generation);
    for (size_t i = 0; i < generation.individuals.size(); ++i) {
      // None yet, or one: a repeated string that is not trained again has none of its own.
      json own = json::array();
      const auto found = evaluations.find({generation.number, static_cast<int>(i)});
      if (found != evaluations.end()) own.push_back(found->second);
      added["individuals"][i]["evaluations"] = std::move(own);
    }
    history["generations"].push_back(std::move(added));
  }
  return history;
}

json WithoutCost(const json& value) {
  if (!value.is_structured()) return value;
  json result = value.is_array() ? json::array() : json::object();
  for (const auto& [key, child] : value.items()) {
    if (value.is_array()) {
      result.push_back(WithoutCost(child));
    } else if (key != "cost" && key != "machine") {
      result[key] = WithoutCost(child);
    }
  }
  return result;
}

json SnapshotOf(const RunChanges& changes, std::span<const RunningEvaluation> running) {
  json snapshot = {{"sequence", changes.sequence},
                   {"run", nullptr},
                   {"generations", json::array()},
                   {"evaluations", json::array()},
                   {"running", json::array()}};
  if (changes.run) {
    snapshot["run"] = MachineJson(*changes.run);
    snapshot["run"]["settings"] = JsonOrText(changes.run->settings);
  }
  for (const Generation& generation : changes.generations) {
    snapshot["generations"].push_back(GenerationJson(generation));
  }
  for (const auto& [id, evaluation] : changes.evaluations) {
    snapshot["evaluations"].push_back({{"generation", id.generation},
                                       {"individual", id.individual},
                                       {"status", Name(evaluation.status)},
                                       {"cause", evaluation.cause},
                                       {"measures", ToJson(evaluation.measures)},
                                       {"curve", CurveToJson(evaluation.curve)},
                                       {"cost", ToJson(evaluation.cost)}});
  }
  for (const RunningEvaluation& one : running) {
    snapshot["running"].push_back({{"generation", one.id.generation},
                                   {"individual", one.id.individual},
                                   {"fraction", one.fraction},
                                   {"images_per_second", one.images_per_second}});
  }
  return snapshot;
}

}  // namespace genet
