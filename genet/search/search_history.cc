#include "genet/search/search_history.h"

#include <utility>

#include "genet/base/check.h"

namespace genet {

SearchHistory::SearchHistory(int population, SearchSettings::Fitness mode,
                             const std::vector<Objective>& objectives)
    : population_(static_cast<size_t>(population)) {
  GENET_CHECK(population > 0 && !objectives.empty());
  for (const Objective objective : objectives) records_.emplace_back(mode, objective);
}

bool SearchHistory::Bear(Individual individual) {
  if (born_ % population_ == 0) generations_.push_back({.number = id(born_).generation});
  ++born_;
  std::vector<Individual>& individuals = generations_.back().individuals;
  individuals.push_back(std::move(individual));
  return records_.front().Ask(individuals.back().genome);
}

void SearchHistory::Learn(const Evaluation* evaluation) {
  GENET_CHECK(known_ < born_);
  if (evaluation != nullptr) {
    for (FitnessRecord& record : records_) record.Add(individual(known_).genome, *evaluation);
  }
  ++known_;
}

}  // namespace genet
