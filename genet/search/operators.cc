#include "genet/search/operators.h"

#include <algorithm>
#include <numeric>

#include "genet/base/check.h"

namespace genet {
namespace {

// Fitnesses closer than this are equal: means of equal accuracies over different numbers of
// evaluations may differ in the last bits, and one image of any data set makes a larger step.
constexpr double kEqualWithin = 1e-12;

// `count` different numbers below `bound`, ascending.
std::vector<int> ChooseDifferent(int bound, int count, RandomStream& stream) {
  std::vector<int> numbers(bound);
  std::iota(numbers.begin(), numbers.end(), 0);
  Shuffle(stream, std::span<int>(numbers));
  numbers.resize(count);
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

void SwapStage(Genome& a, Genome& b, int stage) {
  const int first = a.space().first_bit(stage);
  for (int bit = first; bit < first + a.space().stage_bits(stage); ++bit) {
    const bool of_a = a.bit(bit);
    a.set_bit(bit, b.bit(bit));
    b.set_bit(bit, of_a);
  }
}

}  // namespace

Genome RandomGenome(const SearchSpace& space, RandomKey key) {
  Genome genome(space);
  RandomStream stream(key);
  for (int bit = 0; bit < genome.size(); ++bit) genome.set_bit(bit, stream.Bernoulli(0.5));
  return genome;
}

std::vector<Individual> InitialPopulation(const SearchSettings& settings, const SearchSpace& space,
                                          RandomKey key) {
  std::vector<Individual> population;
  for (int i = 0; i < settings.population; ++i) {
    Individual individual{.genome = Genome(space)};
    switch (settings.start) {
      case SearchSettings::Start::kBernoulli:
        individual.genome = RandomGenome(space, key.Derive(i));
        break;
      case SearchSettings::Start::kAllZeros:
        break;
      case SearchSettings::Start::kAround: {
        Result<Genome> around = Genome::Parse(settings.around_genome, space);
        GENET_CHECK(around.has_value(), "unchecked around_genome {}", settings.around_genome);
        individual.genome = *around;
        RandomStream stream(key.Derive(i));
        individual.flipped_bits = ChooseDifferent(space.bits(), settings.around_flips, stream);
        for (int bit : individual.flipped_bits) individual.genome.flip_bit(bit);
        break;
      }
    }
    population.push_back(std::move(individual));
  }
  return population;
}

Selection SelectByRoulette(std::span<const std::optional<double>> fitness, int count,
                           RandomKey key) {
  std::vector<int> candidates;
  for (size_t i = 0; i < fitness.size(); ++i) {
    if (fitness[i]) candidates.push_back(static_cast<int>(i));
  }
  GENET_CHECK(!candidates.empty(), "selection needs a fitness");
  double min = *fitness[candidates.front()];
  double max = min;
  for (int i : candidates) {
    min = std::min(min, *fitness[i]);
    max = std::max(max, *fitness[i]);
  }

  Selection selection{.uniform = max - min < kEqualWithin};
  std::vector<double> cumulative;  // of the weights r - r_min
  double total = 0;
  for (int i : candidates) cumulative.push_back(total += *fitness[i] - min);

  for (int draw = 0; draw < count; ++draw) {
    RandomStream stream(key.Derive(draw));
    size_t chosen;
    if (selection.uniform) {
      chosen = stream.Below(candidates.size());
    } else {
      // The first slot that ends beyond the point: an empty slot, the worst one's, is never it.
      const double point = stream.Uniform() * total;
      chosen = std::upper_bound(cumulative.begin(), cumulative.end(), point) - cumulative.begin();
      // Rounding may put the point on the very end of the wheel, which belongs to the last slot
      // that is not empty.
      if (chosen == candidates.size()) {
        chosen = std::lower_bound(cumulative.begin(), cumulative.end(), total) - cumulative.begin();
      }
    }
    selection.parents.push_back(candidates[chosen]);
  }
  return selection;
}

void CrossOver(std::vector<Individual>& population, double crossover_probability,
               double stage_swap_probability, RandomKey key) {
  for (size_t pair = 0; 2 * pair + 1 < population.size(); ++pair) {
    RandomStream stream(key.Derive(pair));
    if (!stream.Bernoulli(crossover_probability)) continue;
    Individual& a = population[2 * pair];
    Individual& b = population[2 * pair + 1];
    for (int stage = 0; stage < a.genome.space().stages(); ++stage) {
      if (!stream.Bernoulli(stage_swap_probability)) continue;
      SwapStage(a.genome, b.genome, stage);
      a.swapped_stages.push_back(stage);
      b.swapped_stages.push_back(stage);
    }
    a.operation = b.operation = Operation::kCrossover;
    const std::vector<int> parents_of_a = a.parents;
    a.parents.insert(a.parents.end(), b.parents.begin(), b.parents.end());
    b.parents.insert(b.parents.end(), parents_of_a.begin(), parents_of_a.end());
  }
}

void Mutate(std::vector<Individual>& population, double mutation_probability,
            double bit_flip_probability, RandomKey key) {
  for (size_t i = 0; i < population.size(); ++i) {
    Individual& individual = population[i];
    if (individual.operation == Operation::kCrossover) continue;
    RandomStream stream(key.Derive(i));
    if (!stream.Bernoulli(mutation_probability)) continue;
    individual.operation = Operation::kMutation;
    for (int bit = 0; bit < individual.genome.size(); ++bit) {
      if (!stream.Bernoulli(bit_flip_probability)) continue;
      individual.genome.flip_bit(bit);
      individual.flipped_bits.push_back(bit);
    }
  }
}

}  // namespace genet
