#include "genet/search/statistics.h"

#include <algorithm>
#include <cmath>

#include "genet/search/fitness.h"

namespace genet {

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
  double squares = 0;
  for (double value : values) squares += (value - statistics.mean) * (value - statistics.mean);
  statistics.standard_deviation = std::sqrt(squares / statistics.count);
  std::sort(values.begin(), values.end());
  statistics.min = values.front();
  const size_t half = values.size() / 2;
  statistics.median =
      values.size() % 2 == 1 ? values[half] : Mean({values[half - 1], values[half]});
  return statistics;
}

}  // namespace genet
