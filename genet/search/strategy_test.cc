#include "genet/search/strategy.h"

#include <gmock/gmock.h>

#include <set>

namespace genet {
namespace {

const SearchSpace kSpace{{3, 4}};

// A history of one whole generation, the fitness of individual i being (i + 1) / 10.
SearchHistory OneGeneration(int population) {
  SearchHistory history(population, SearchSettings::Fitness::kMean);
  for (int i = 0; i < population; ++i) {
    Genome genome(kSpace);
    for (int bit = 0; bit < i % kSpace.bits(); ++bit) genome.set_bit(bit, true);
    history.Bear({.genome = genome});
  }
  for (int i = 0; i < population; ++i) {
    const Evaluation evaluation{.status = Evaluation::Status::kFinished,
                                .measures = {.accuracy = (i + 1) / 10.0}};
    history.Learn(&evaluation);
  }
  return history;
}

TEST(Strategies, HaveNamesByWhichTheyAreFound) {
  std::set<std::string_view> names;
  for (const Strategy& strategy : Strategies()) {
    EXPECT_TRUE(names.insert(strategy.name).second) << strategy.name;
    EXPECT_EQ(FindStrategy(strategy.name), &strategy);
  }
  EXPECT_EQ(FindStrategy("Genetic"), nullptr);
}

TEST(Strategies, BreedAPureFunctionOfTheHistory) {
  const SearchSettings settings{.population = 5};
  const SearchHistory history = OneGeneration(5);
  for (const Strategy& strategy : Strategies()) {
    SCOPED_TRACE(strategy.name);
    EXPECT_LE(strategy.awaits(settings, 5), 5u);
    const Brood one = strategy.breed({settings, kSpace, RandomKey(1), history});
    const Brood two = strategy.breed({settings, kSpace, RandomKey(1), history});
    EXPECT_EQ(one.individuals, two.individuals);
    EXPECT_GE(one.individuals.size(), 1u);
    EXPECT_LE(one.individuals.size(), 5u);
    EXPECT_NE(one.individuals,
              strategy.breed({settings, kSpace, RandomKey(2), history}).individuals);
  }
}

TEST(Strategies, OfThePaperBreedWholeGenerations) {
  const SearchSettings settings{.population = 5};
  const SearchHistory history = OneGeneration(5);
  for (const Strategy& strategy : {GeneticStrategy(), RandomStrategy()}) {
    EXPECT_EQ(strategy.awaits(settings, 7), 7u);
    EXPECT_EQ(strategy.breed({settings, kSpace, RandomKey(1), history}).individuals.size(), 5u);
  }
}

TEST(GeneticStrategy, SelectsTheFitterOfTheGenerationBefore) {
  const SearchSettings settings{
      .population = 5, .mutation_probability = 0, .crossover_probability = 0};
  const SearchHistory history = OneGeneration(5);
  int sum = 0, count = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const Brood brood = GeneticStrategy().breed({settings, kSpace, RandomKey(seed), history});
    EXPECT_FALSE(brood.uniform_selection);
    for (const Individual& individual : brood.individuals) {
      const int parent = individual.parents.at(0);
      EXPECT_NE(parent, 0);  // the worst has no weight
      EXPECT_EQ(individual.genome, history.individual(static_cast<size_t>(parent)).genome);
      EXPECT_EQ(individual.operation, Operation::kSelection);
      sum += parent;
      ++count;
    }
  }
  EXPECT_NEAR(static_cast<double>(sum) / count, 3, 0.1);  // (1 + 4 + 9 + 16) / 10
}

TEST(RandomStrategy, DrawsWithoutParents) {
  const SearchSettings settings{.population = 5};
  const SearchHistory history = OneGeneration(5);
  const Brood brood = RandomStrategy().breed({settings, kSpace, RandomKey(1), history});
  for (const Individual& individual : brood.individuals) {
    EXPECT_TRUE(individual.parents.empty());
    EXPECT_EQ(individual.operation, Operation::kRandom);
  }
}

}  // namespace
}  // namespace genet
