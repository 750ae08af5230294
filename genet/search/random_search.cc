// The paper's random search: every generation is drawn afresh.
#include "genet/search/operators.h"
#include "genet/search/strategy.h"

namespace genet {
namespace {

Brood DrawGeneration(const Breeding& breeding) {
  const auto& [settings, space, run_key, history] = breeding;
  const auto t = static_cast<uint64_t>(history.id(history.born()).generation);
  const RandomKey key = run_key.Derive("initial").Derive(t);
  Brood brood;
  for (int i = 0; i < settings.population; ++i) {
    brood.individuals.push_back(
        {.genome = RandomGenome(space, key.Derive(static_cast<uint64_t>(i))),
         .operation = Operation::kRandom});
  }
  return brood;
}

}  // namespace

Strategy RandomStrategy() {
  return {.name = "random",
          .summary = "every generation drawn afresh, at equal budget",
          .awaits = AwaitAll,
          .breed = DrawGeneration};
}

}  // namespace genet
