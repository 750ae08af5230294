#include "genet/search/strategy.h"

#include <array>

namespace genet {

std::span<const Strategy> Strategies() {
  static const std::array strategies = {GeneticStrategy(), RandomStrategy()};
  return strategies;
}

const Strategy* FindStrategy(std::string_view name) {
  for (const Strategy& strategy : Strategies()) {
    if (strategy.name == name) return &strategy;
  }
  return nullptr;
}

size_t AwaitAll(const SearchSettings& /*settings*/, size_t born) { return born; }

}  // namespace genet
