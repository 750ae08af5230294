// Who was born in a search, and what is known of them at one moment of it.
//
// Individuals are numbered from 0 in the order of their births, which is that of generations and of
// places in them. Evaluations end in any order, but no part of a search may depend on that order.
// So the time of a search is the number of individuals that it knows: always the first ones, those
// whose evaluations are done and all those before them.
#pragma once

#include <optional>
#include <vector>

#include "genet/search/evaluation.h"
#include "genet/search/fitness.h"
#include "genet/search/generation.h"
#include "genet/search/settings.h"

namespace genet {

class SearchHistory {
 public:
  // Every generation has so many individuals when all of them are born.
  SearchHistory(int population, SearchSettings::Fitness mode,
                const std::vector<Objective>& objectives = {AccuracyOf});

  size_t born() const { return born_; }
  size_t known() const { return known_; }
  size_t population() const { return population_; }

  EvaluationId id(size_t number) const {
    return {static_cast<int>(number / population_), static_cast<int>(number % population_)};
  }
  const Individual& individual(size_t number) const {
    return generations_[number / population_].individuals[number % population_];
  }
  // Of the individual's string, by all that is known; the first objective is the fitness. None if
  // no evaluation of the string has that objective.
  std::optional<double> fitness(size_t number, size_t objective = 0) const {
    return records_[objective].Fitness(individual(number).genome);
  }

  // The generation of the newest, and all, the last perhaps with fewer individuals than the others.
  Generation& newest() { return generations_.back(); }
  std::vector<Generation>& generations() { return generations_; }

  // One more is born. Whether it needs an evaluation of its own.
  bool Bear(Individual individual);
  // The next one is known from now on; `evaluation` is its own, nullptr if it needed none.
  void Learn(const Evaluation* evaluation);

 private:
  size_t population_;
  std::vector<Generation> generations_;
  size_t born_ = 0, known_ = 0;
  std::vector<FitnessRecord> records_;  // by objective
};

}  // namespace genet
