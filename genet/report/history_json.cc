#include "genet/report/history_json.h"

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

Result<json> HistoryOf(RunReader& store) {
  GENET_ASSIGN(const RunRecord run, store.Run());
  GENET_ASSIGN(const std::vector<Generation> generations, store.Generations());
  GENET_ASSIGN(const std::vector<EvaluationRow> rows, store.Evaluations());
  std::map<EvaluationId, json> evaluations;
  for (const EvaluationRow& row : rows) evaluations[row.id] = EvaluationJson(row.evaluation);

  json history = {
      {"settings", JsonOrText(run.settings)},
      {"machine",
       {{"version", run.version}, {"created", run.created}, {"machine", JsonOrText(run.machine)}}},
      {"generations", json::array()}};
  for (const Generation& generation : generations) {
    json individuals = json::array();
    for (size_t i = 0; i < generation.individuals.size(); ++i) {
      const Individual& individual = generation.individuals[i];
      // None yet, or one: a repeated string that is not trained again has none of its own.
      json own = json::array();
      const auto found = evaluations.find({generation.number, static_cast<int>(i)});
      if (found != evaluations.end()) own.push_back(found->second);
      individuals.push_back({{"genome", individual.genome.ToString()},
                             {"operation", Name(individual.operation)},
                             {"parents", individual.parents},
                             {"swapped_stages", individual.swapped_stages},
                             {"flipped_bits", individual.flipped_bits},
                             {"fitness", JsonOf(individual.fitness)},
                             {"evaluations", std::move(own)}});
    }
    history["generations"].push_back({{"generation", generation.number},
                                      {"uniform_selection", generation.uniform_selection},
                                      {"complete", generation.complete},
                                      {"individuals", std::move(individuals)}});
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

}  // namespace genet
