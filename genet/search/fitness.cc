#include "genet/search/fitness.h"

#include <set>

#include "genet/base/check.h"
#include "genet/genome/stage.h"

namespace genet {

double Mean(const std::vector<double>& values) {
  // Summing differences keeps equal values exact: 0.1 three times must not become more than 0.1
  // once, or the roulette would see a difference.
  double sum = 0;
  for (double value : values) sum += value - values.front();
  return values.front() + sum / static_cast<double>(values.size());
}

Genome FitnessRecord::Key(const Genome& genome) const {
  return mode_ == SearchSettings::Fitness::kCanonical ? Canonical(genome) : genome;
}

void FitnessRecord::Add(const Genome& genome, const Evaluation& evaluation) {
  if (evaluation.status != Evaluation::Status::kFinished) return;
  GENET_CHECK(evaluation.measures.accuracy.has_value(), "a finished evaluation has an accuracy");
  accuracies_[Key(genome)].push_back(*evaluation.measures.accuracy);
}

std::optional<double> FitnessRecord::Fitness(const Genome& genome) const {
  const auto found = accuracies_.find(Key(genome));
  if (found == accuracies_.end()) return std::nullopt;
  return mode_ == SearchSettings::Fitness::kMean ? Mean(found->second) : found->second.front();
}

std::vector<EvaluationRequest> FitnessRecord::Needed(const Generation& generation) const {
  std::vector<EvaluationRequest> requests;
  std::set<Genome> asked;
  for (size_t i = 0; i < generation.individuals.size(); ++i) {
    const Genome& genome = generation.individuals[i].genome;
    if (mode_ != SearchSettings::Fitness::kMean) {
      const Genome key = Key(genome);
      if (accuracies_.contains(key) || !asked.insert(key).second) continue;
    }
    requests.push_back({{generation.number, static_cast<int>(i)}, genome});
  }
  return requests;
}

}  // namespace genet
