// What is known of each string, and the fitness that follows (section 3.2.4).
//
// Only a finished evaluation counts: a diverged or failed one is never an accuracy.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "genet/search/evaluation.h"
#include "genet/search/generation.h"
#include "genet/search/settings.h"

namespace genet {

class FitnessRecord {
 public:
  explicit FitnessRecord(SearchSettings::Fitness mode) : mode_(mode) {}

  // To be called in the order (generation, individual), whatever order evaluations end in: sums of
  // floating-point numbers depend on it.
  void Add(const Genome& genome, const Evaluation& evaluation);

  // The mean of the finished evaluations of the string (kMean) or the first (kReuse, kCanonical).
  std::optional<double> Fitness(const Genome& genome) const;

  // What `generation` needs: every individual (kMean), or the first of each string that has no
  // finished evaluation yet (kReuse), or of each network (kCanonical).
  std::vector<EvaluationRequest> Needed(const Generation& generation) const;

 private:
  Genome Key(const Genome& genome) const;

  SearchSettings::Fitness mode_;
  std::map<Genome, std::vector<double>> accuracies_;
};

// The arithmetic mean; exactly the value itself if all values are equal.
double Mean(const std::vector<double>& values);

}  // namespace genet
