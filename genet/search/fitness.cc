#include "genet/search/fitness.h"

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

bool FitnessRecord::Ask(const Genome& genome) {
  if (mode_ == SearchSettings::Fitness::kMean) return true;
  const Genome key = Key(genome);
  return !values_.contains(key) && awaited_.insert(key).second;
}

void FitnessRecord::Add(const Genome& genome, const Evaluation& evaluation) {
  const Genome key = Key(genome);
  awaited_.erase(key);
  if (evaluation.status != Evaluation::Status::kFinished) return;
  if (const std::optional<double> value = objective_(evaluation)) values_[key].push_back(*value);
}

std::optional<double> FitnessRecord::Fitness(const Genome& genome) const {
  const auto found = values_.find(Key(genome));
  if (found == values_.end()) return std::nullopt;
  return mode_ == SearchSettings::Fitness::kMean ? Mean(found->second) : found->second.front();
}

}  // namespace genet
