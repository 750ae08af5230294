#include "genet/report/analysis.h"

#include <cmath>
#include <map>

#include "genet/report/accuracies.h"
#include "genet/search/fitness.h"

namespace genet {
namespace {

using ById = std::map<EvaluationId, const Evaluation*>;

ById Finished(const std::vector<EvaluationRow>& evaluations) {
  ById by_id;
  for (const EvaluationRow& row : evaluations) {
    if (row.evaluation.measures.accuracy) by_id[row.id] = &row.evaluation;
  }
  return by_id;
}

// nullptr if there is no such parent in the generation before.
const Individual* ParentOf(const Individual& child, size_t which, const Generation& before) {
  if (which >= child.parents.size()) return nullptr;
  const int place = child.parents[which];
  const bool there = place >= 0 && static_cast<size_t>(place) < before.individuals.size();
  return there ? &before.individuals[static_cast<size_t>(place)] : nullptr;
}

}  // namespace

std::optional<double> Correlation(const std::vector<double>& x, const std::vector<double>& y) {
  if (x.size() != y.size() || x.size() < 2) return std::nullopt;
  const double mean_x = Mean(x), mean_y = Mean(y);
  double xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mean_x) * (x[i] - mean_x);
    yy += (y[i] - mean_y) * (y[i] - mean_y);
    xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  if (xx == 0 || yy == 0) return std::nullopt;
  return xy / std::sqrt(xx * yy);
}

std::vector<Inheritance> InheritanceOf(const std::vector<Generation>& generations,
                                       const std::vector<EvaluationRow>& evaluations) {
  const ById accuracies = Finished(evaluations);
  std::vector<Inheritance> found;
  for (size_t t = 1; t < generations.size(); ++t) {
    const Generation& generation = generations[t];
    const Generation& before = generations[t - 1];
    if (!generation.complete) continue;
    for (size_t i = 0; i < generation.individuals.size(); ++i) {
      const Individual& child = generation.individuals[i];
      const bool crossover = child.operation == Operation::kCrossover;
      if (!crossover && child.operation != Operation::kMutation) continue;
      const auto own = accuracies.find({generation.number, static_cast<int>(i)});
      if (own == accuracies.end()) continue;
      const Individual* parent = ParentOf(child, 0, before);
      const Individual* partner = ParentOf(child, crossover ? 1 : 0, before);
      if (parent == nullptr || partner == nullptr) continue;
      if (!parent->fitness || !partner->fitness) continue;
      found.push_back({.generation = generation.number,
                       .individual = static_cast<int>(i),
                       .crossover = crossover,
                       .changed = child.genome != parent->genome,
                       .parent = *parent->fitness,
                       .partner = *partner->fitness,
                       .child = *own->second->measures.accuracy});
    }
  }
  return found;
}

Result<std::vector<SeenGenome>> SeenGenomes(const std::vector<Generation>& generations,
                                            const std::vector<EvaluationRow>& evaluations,
                                            const BaseNetwork& base, Shape input) {
  std::vector<SeenGenome> seen;
  for (const auto& [genome, values] : AccuraciesByGenome(generations, evaluations)) {
    GENET_ASSIGN(const Network network, BuildNetwork(base, genome, input));
    SeenGenome one{.genome = genome,
                   .ones = genome.ones(),
                   .parameters = network.parameters(),
                   .multiply_adds = network.multiply_adds(),
                   .evaluations = static_cast<int>(values.validation.size()),
                   .accuracy = Mean(values.validation),
                   .test_accuracy = {}};
    if (!values.test.empty()) one.test_accuracy = Mean(values.test);
    for (int stage = 0; stage < genome.space().stages(); ++stage) {
      const int nodes = genome.space().nodes[stage];
      for (int node = 1; node <= nodes; ++node) {
        bool connected = false;
        for (int other = 1; other <= nodes; ++other) {
          if (other < node) connected = connected || genome.connected(stage, other, node);
          if (other > node) connected = connected || genome.connected(stage, node, other);
        }
        one.isolated += !connected;
      }
    }
    seen.push_back(std::move(one));
  }
  return seen;
}

}  // namespace genet
