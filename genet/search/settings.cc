#include "genet/search/settings.h"

#include "genet/search/strategy.h"

namespace genet {
namespace {

Status CheckProbability(const char* name, double value) {
  // Written so that a NaN fails.
  if (value >= 0 && value <= 1) return {};
  return UsageError("search: {} is {}; a probability lies between 0 and 1", name, value);
}

}  // namespace

Status CheckSettings(const SearchSettings& settings, const SearchSpace& space) {
  if (FindStrategy(settings.strategy) == nullptr) {
    std::string names;
    for (const Strategy& one : Strategies()) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", one.name);
    }
    return UsageError("search: strategy is '{}'; there are {}", settings.strategy, names);
  }
  if (settings.population < 1) {
    return UsageError("search: population is {}; it must be at least 1", settings.population);
  }
  if (settings.generations < 0) {
    return UsageError(
        "search: generations is {}; it must be 0 (only the initial population) or more",
        settings.generations);
  }
  GENET_TRY(CheckProbability("mutation_probability", settings.mutation_probability));
  GENET_TRY(CheckProbability("bit_flip_probability", settings.bit_flip_probability));
  GENET_TRY(CheckProbability("crossover_probability", settings.crossover_probability));
  GENET_TRY(CheckProbability("stage_swap_probability", settings.stage_swap_probability));
  if (settings.start == SearchSettings::Start::kAround) {
    if (settings.around_genome.empty()) {
      return UsageError("search: to start around a genome, name the genome (around_genome)");
    }
    if (auto genome = Genome::Parse(settings.around_genome, space); !genome) {
      return UsageError("search: around_genome: {}", genome.error().message);
    }
    if (settings.around_flips < 0 || settings.around_flips > space.bits()) {
      return UsageError("search: around_flips is {}; a genome of this space has {} bits to flip",
                        settings.around_flips, space.bits());
    }
  }
  return {};
}

}  // namespace genet
