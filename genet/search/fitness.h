// What is known of each string, and the fitness that follows (section 3.2.4).
//
// Only a finished evaluation counts: a diverged or failed one is never an accuracy.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "genet/search/evaluation.h"
#include "genet/search/objective.h"
#include "genet/search/settings.h"

namespace genet {

class FitnessRecord {
 public:
  explicit FitnessRecord(SearchSettings::Fitness mode, Objective objective = AccuracyOf)
      : mode_(mode), objective_(objective) {}

  // Whether an individual that was just born needs an evaluation of its own: always (kMean), or if
  // its string has no finished evaluation and none is awaited (kReuse), or its network
  // (kCanonical). If so, one is awaited from now on.
  bool Ask(const Genome& genome);

  // The evaluation that was awaited. To be called in the order of births, whatever order
  // evaluations end in: sums of floating-point numbers depend on it.
  void Add(const Genome& genome, const Evaluation& evaluation);

  // The mean of the finished evaluations of the string (kMean) or the first (kReuse, kCanonical).
  std::optional<double> Fitness(const Genome& genome) const;

 private:
  Genome Key(const Genome& genome) const;

  SearchSettings::Fitness mode_;
  Objective objective_;
  std::map<Genome, std::vector<double>> values_;
  std::set<Genome> awaited_;  // keys; unused by kMean
};

// The arithmetic mean; exactly the value itself if all values are equal.
double Mean(const std::vector<double>& values);

}  // namespace genet
