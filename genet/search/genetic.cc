// Algorithm 1 of the paper, line 4 to line 6: each generation is selected from the one before, then
// crossed over and mutated.
#include "genet/search/operators.h"
#include "genet/search/strategy.h"

namespace genet {
namespace {

Brood BreedGeneration(const Breeding& breeding) {
  const auto& [settings, space, key, history] = breeding;
  const size_t first = history.born();
  const auto t = static_cast<uint64_t>(history.id(first).generation);
  const size_t parents = first - history.population();  // the first of generation t - 1
  // Line 4, selection: Russian roulette on r - r_min of generation t - 1.
  std::vector<std::optional<double>> fitness;
  for (size_t number = parents; number < first; ++number) {
    fitness.push_back(history.fitness(number));
  }
  const Selection selection =
      SelectByRoulette(fitness, settings.population, key.Derive("selection").Derive(t));
  Brood brood{.uniform_selection = selection.uniform};
  for (const int parent : selection.parents) {
    brood.individuals.push_back(
        {.genome = history.individual(parents + static_cast<size_t>(parent)).genome,
         .operation = Operation::kSelection,
         .parents = {parent}});
  }
  // Line 5, crossover: neighbours 2n-1 and 2n, p_C a pair, then q_C a stage.
  CrossOver(brood.individuals, settings.crossover_probability, settings.stage_swap_probability,
            key.Derive("crossover").Derive(t));
  // Line 6, mutation: individuals that did not cross over, p_M each, then q_M a bit.
  Mutate(brood.individuals, settings.mutation_probability, settings.bit_flip_probability,
         key.Derive("mutation").Derive(t));
  return brood;
}

}  // namespace

Strategy GeneticStrategy() {
  return {.name = "genetic",
          .summary = "the paper's Algorithm 1",
          .awaits = AwaitAll,
          .breed = BreedGeneration};
}

}  // namespace genet
