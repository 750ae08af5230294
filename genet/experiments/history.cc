#include "genet/experiments/history.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "genet/search/fitness.h"
#include "genet/search/statistics.h"

namespace genet {
const Individual* RunHistory::Best(size_t generation) const {
  const int best = StatisticsOf(generations[generation]).best;
  return best < 0 ? nullptr : &generations[generation].individuals[static_cast<size_t>(best)];
}

const Individual* RunHistory::Best() const {
  const std::optional<EvaluationId> best = BestOf(generations);
  return best ? &generations[best->generation].individuals[best->individual] : nullptr;
}

std::optional<double> RunHistory::TestAccuracy(const Genome& genome, int up_to_generation) const {
  std::vector<double> accuracies;
  for (const EvaluationRow& row : evaluations) {
    if (row.id.generation > up_to_generation || !row.evaluation.measures.test_accuracy) continue;
    const Generation& generation = generations[static_cast<size_t>(row.id.generation)];
    if (generation.individuals[static_cast<size_t>(row.id.individual)].genome == genome) {
      accuracies.push_back(*row.evaluation.measures.test_accuracy);
    }
  }
  if (accuracies.empty()) return std::nullopt;
  return Mean(accuracies);
}

Result<RunHistory> ReadHistory(RunReader& store, const std::string& label,
                               const RunSettings& settings) {
  RunHistory history{
      .label = label, .settings = settings, .generations = {}, .evaluations = {}, .rows = {}};
  GENET_ASSIGN(history.generations, store.Generations());
  GENET_ASSIGN(history.evaluations, store.Evaluations());
  GENET_ASSIGN(history.rows, TableOf(store));
  std::erase_if(history.generations, [](const Generation& one) { return !one.complete; });
  if (history.generations.empty() || history.Best(history.generations.size() - 1) == nullptr) {
    return Failure("{}: has no complete generation with a fitness; let its search go on first",
                   label);
  }
  const int last = history.generations.back().number;
  std::erase_if(history.evaluations,
                [last](const EvaluationRow& row) { return row.id.generation > last; });
  return history;
}

SearchCost CostOf(const RunHistory& history) {
  SearchCost cost;
  for (const EvaluationRow& row : history.evaluations) {
    ++cost.evaluations;
    cost.seconds += row.evaluation.cost.seconds.value_or(0);
  }
  return cost;
}

Spread SpreadOf(const RunHistory& history) {
  std::vector<double> values;
  for (const EvaluationRow& row : history.evaluations) {
    if (row.evaluation.measures.accuracy) values.push_back(*row.evaluation.measures.accuracy);
  }
  Spread spread{.count = static_cast<int>(values.size())};
  if (values.empty()) return spread;
  spread.mean = Mean(values);
  spread.min = *std::min_element(values.begin(), values.end());
  spread.max = *std::max_element(values.begin(), values.end());
  spread.standard_deviation = SampleDeviation(values).value_or(0);
  return spread;
}

}  // namespace genet
