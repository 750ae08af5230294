#include "genet/search/statistics.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "genet/search/fitness.h"

namespace genet {
namespace {

double SquaresAround(double mean, const std::vector<double>& values) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares;
}

}  // namespace

std::optional<double> SampleDeviation(const std::vector<double>& values) {
  if (values.size() < 2) return std::nullopt;
  return std::sqrt(SquaresAround(Mean(values), values) / static_cast<double>(values.size() - 1));
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : Mean({values[half - 1], values[half]});
}

GenerationStatistics StatisticsOf(const Generation& generation) {
  GenerationStatistics statistics;
  std::vector<double> values;
  for (size_t i = 0; i < generation.individuals.size(); ++i) {
    const std::optional<double>& fitness = generation.individuals[i].fitness;
    if (!fitness) {
      ++statistics.without_fitness;
      continue;
    }
    if (values.empty() || *fitness > statistics.max) {
      statistics.max = *fitness;
      statistics.best = static_cast<int>(i);
    }
    values.push_back(*fitness);
  }
  statistics.count = static_cast<int>(values.size());
  if (values.empty()) return statistics;

  statistics.mean = Mean(values);
  statistics.standard_deviation =
      std::sqrt(SquaresAround(statistics.mean, values) / statistics.count);
  statistics.min = *std::min_element(values.begin(), values.end());
  statistics.median = Median(std::move(values));
  return statistics;
}

std::optional<EvaluationId> BestOf(const std::vector<Generation>& generations) {
  std::optional<EvaluationId> best;
  double highest = 0;
  std::set<Genome> newer;
  for (auto one = generations.rbegin(); one != generations.rend(); ++one) {
    if (!one->complete) continue;
    bool random = false;
    for (size_t i = 0; i < one->individuals.size(); ++i) {
      const Individual& individual = one->individuals[i];
      random = random || individual.operation == Operation::kRandom;
      if (!individual.fitness || !newer.insert(individual.genome).second) continue;
      if (best && *individual.fitness <= highest) continue;
      best = {one->number, static_cast<int>(i)};
      highest = *individual.fitness;
    }
    if (best && !random) break;
  }
  return best;
}

}  // namespace genet
