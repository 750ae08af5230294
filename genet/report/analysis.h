// What the paper reads out of a run: who inherits what (Figure 4), and what complexity is worth
// (section 4.1.4).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/network/base_network.h"
#include "genet/network/network.h"
#include "genet/store/run_reader.h"

namespace genet {

// Pearson's correlation coefficient; none for fewer than two pairs or if one side is constant.
std::optional<double> Correlation(const std::vector<double>& x, const std::vector<double>& y);

// One occurrence of crossover or mutation. Accuracies are fractions.
struct Inheritance {
  int generation = 0;
  int individual = 0;
  bool crossover = false;  // else mutation
  bool changed = false;    // the child's string differs from its first parent's
  double parent = 0;       // fitness of the parent selected into this place
  // Of the partner selected into the next place; of a mutation the same as `parent`.
  double partner = 0;
  double child = 0;  // of the child's own evaluation, which its parents had no part in

  // The mean of the parents.
  double parents() const { return (parent + partner) / 2; }
};
// Every occurrence in complete generations whose parents and child have an accuracy. A child that
// was not evaluated itself (fitness shared between strings) is left out.
std::vector<Inheritance> InheritanceOf(const std::vector<Generation>& generations,
                                       const std::vector<EvaluationRow>& evaluations);

// One different string of a run and the network it stands for.
struct SeenGenome {
  Genome genome;
  int isolated = 0;  // ordinary nodes without any connection
  int ones = 0;
  int64_t parameters = 0;
  int64_t multiply_adds = 0;
  int evaluations = 0;
  double accuracy = 0;                  // mean of its finished evaluations
  std::optional<double> test_accuracy;  // the same, if measured
};
// In the order of the strings; strings without a finished evaluation are left out. An error if a
// network cannot be built.
Result<std::vector<SeenGenome>> SeenGenomes(const std::vector<Generation>& generations,
                                            const std::vector<EvaluationRow>& evaluations,
                                            const BaseNetwork& base, Shape input);

}  // namespace genet
