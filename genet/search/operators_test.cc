#include "genet/search/operators.h"

#include <gmock/gmock.h>

#include <cmath>
#include <set>

namespace genet {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const SearchSpace kSpace{{3, 4, 5}};

Genome G(std::string_view text) { return *Genome::Parse(text); }

// `n` individuals as selection leaves them, all zeros and all ones in turn.
std::vector<Individual> Alternating(int n) {
  std::vector<Individual> population;
  for (int i = 0; i < n; ++i) {
    Genome genome(kSpace);
    for (int bit = 0; bit < genome.size(); ++bit) genome.set_bit(bit, i % 2 == 1);
    population.push_back({.genome = genome, .operation = Operation::kSelection, .parents = {i}});
  }
  return population;
}

// Five standard deviations of a binomial count: fails once in two million keys, and keys are fixed.
double FiveSigma(double n, double p) { return 5 * std::sqrt(n * p * (1 - p)); }

TEST(InitialPopulation, BernoulliBitsAreOneHalfOfTheTime) {
  SearchSettings settings{.population = 4000};
  const auto population = InitialPopulation(settings, kSpace, RandomKey(1));
  ASSERT_EQ(population.size(), 4000u);
  for (int bit = 0; bit < kSpace.bits(); ++bit) {
    int ones = 0;
    for (const auto& individual : population) ones += individual.genome.bit(bit);
    EXPECT_NEAR(ones, 2000, FiveSigma(4000, 0.5)) << "bit " << bit;
  }
  EXPECT_EQ(population[0].operation, Operation::kInitial);
  EXPECT_THAT(population[0].parents, IsEmpty());
}

TEST(InitialPopulation, AnIndividualDoesNotDependOnThePopulationSize) {
  SearchSettings small{.population = 3};
  SearchSettings large{.population = 30};
  EXPECT_EQ(InitialPopulation(small, kSpace, RandomKey(5))[2],
            InitialPopulation(large, kSpace, RandomKey(5))[2]);
}

TEST(InitialPopulation, AllZeros) {
  SearchSettings settings{.start = SearchSettings::Start::kAllZeros};
  for (const auto& individual : InitialPopulation(settings, kSpace, RandomKey(1))) {
    EXPECT_EQ(individual.genome.ones(), 0);
  }
}

TEST(InitialPopulation, AroundAGenomeFlipsExactlyThatManyDifferentBits) {
  SearchSettings settings{.population = 200,
                          .start = SearchSettings::Start::kAround,
                          .around_genome = "1-01|0-01-100|0-11-101-0001",
                          .around_flips = 3};
  std::set<int> touched;
  for (const auto& individual : InitialPopulation(settings, kSpace, RandomKey(2))) {
    ASSERT_EQ(individual.flipped_bits.size(), 3u);
    Genome genome = individual.genome;
    for (int bit : individual.flipped_bits) {
      genome.flip_bit(bit);
      touched.insert(bit);
    }
    EXPECT_EQ(genome.ToString(), settings.around_genome);
  }
  EXPECT_EQ(touched.size(), 19u);  // every bit is flipped somewhere
}

TEST(Roulette, WeightsAreTheDistanceFromTheWorst) {
  // r - r_min = 0, 1, 3: on raw accuracy all three would be nearly equally likely.
  const std::vector<std::optional<double>> fitness = {0.70, 0.71, 0.73};
  const int n = 20000;
  const Selection selection = SelectByRoulette(fitness, n, RandomKey(3));
  std::vector<int> counts(3);
  for (int parent : selection.parents) ++counts[parent];
  EXPECT_EQ(counts[0], 0);
  EXPECT_NEAR(counts[1], n * 0.25, FiveSigma(n, 0.25));
  EXPECT_NEAR(counts[2], n * 0.75, FiveSigma(n, 0.25));
  EXPECT_FALSE(selection.uniform);
}

TEST(Roulette, TheWorstIsNeverDrawnWhereverItStands) {
  for (const auto& fitness :
       {std::vector<std::optional<double>>{0.1, 0.2, 0.3}, {0.2, 0.1, 0.3}, {0.3, 0.2, 0.1}}) {
    const Selection selection = SelectByRoulette(fitness, 2000, RandomKey(4));
    for (int parent : selection.parents) EXPECT_NE(*fitness[parent], 0.1);
  }
}

TEST(Roulette, EqualFitnessesGiveAUniformDrawAndSaySo) {
  const std::vector<std::optional<double>> fitness(4, 0.1);
  const int n = 8000;
  const Selection selection = SelectByRoulette(fitness, n, RandomKey(5));
  EXPECT_TRUE(selection.uniform);
  std::vector<int> counts(4);
  for (int parent : selection.parents) ++counts[parent];
  for (int count : counts) EXPECT_NEAR(count, n / 4, FiveSigma(n, 0.25));
}

TEST(Roulette, RoundingOfAMeanIsNoDifference) {
  const std::vector<std::optional<double>> fitness = {0.1, (0.1 + 0.1 + 0.1) / 3};
  ASSERT_NE(*fitness[0], *fitness[1]);
  EXPECT_TRUE(SelectByRoulette(fitness, 1, RandomKey(5)).uniform);
}

TEST(Roulette, IndividualsWithoutAFitnessAreOutAndDoNotLowerTheMinimum) {
  // A crashed training counted as accuracy 0 would let 0.6 be drawn.
  const std::vector<std::optional<double>> fitness = {std::nullopt, 0.6, 0.7, std::nullopt};
  for (int parent : SelectByRoulette(fitness, 1000, RandomKey(6)).parents) EXPECT_EQ(parent, 2);
  const std::vector<std::optional<double>> single = {std::nullopt, 0.6};
  const Selection selection = SelectByRoulette(single, 10, RandomKey(6));
  EXPECT_TRUE(selection.uniform);
  for (int parent : selection.parents) EXPECT_EQ(parent, 1);
}

TEST(CrossOver, SwapsWholeStagesOfNeighbours) {
  std::vector<Individual> population = {
      {.genome = G("1-01|0-01-100|0-11-101-0001"), .parents = {7}},
      {.genome = G("0-10|1-11-011|1-00-010-1110"), .parents = {4}}};
  CrossOver(population, 1, 1, RandomKey(1));
  EXPECT_EQ(population[0].genome, G("0-10|1-11-011|1-00-010-1110"));
  EXPECT_EQ(population[1].genome, G("1-01|0-01-100|0-11-101-0001"));
  EXPECT_THAT(population[0].parents, ElementsAre(7, 4));
  EXPECT_THAT(population[1].parents, ElementsAre(4, 7));
  EXPECT_THAT(population[0].swapped_stages, ElementsAre(0, 1, 2));
  EXPECT_EQ(population[1].operation, Operation::kCrossover);
}

TEST(CrossOver, NeverSwapsPartOfAStageNorCrossesPairs) {
  auto population = Alternating(2000);
  CrossOver(population, 1, 0.5, RandomKey(2));
  int swapped = 0;
  for (int i = 0; i < 2000; ++i) {
    std::set<int> stages(population[i].swapped_stages.begin(), population[i].swapped_stages.end());
    swapped += static_cast<int>(stages.size());
    for (int stage = 0; stage < 3; ++stage) {
      const bool want = (i % 2 == 1) != stages.contains(stage);
      for (int bit = 0; bit < kSpace.stage_bits(stage); ++bit) {
        ASSERT_EQ(population[i].genome.bit(kSpace.first_bit(stage) + bit), want);
      }
    }
    // The partner is the other of (1,2), (3,4), ...: even index with the odd one after it.
    EXPECT_THAT(population[i].parents, ElementsAre(i, i ^ 1));
    EXPECT_EQ(population[i].swapped_stages, population[i ^ 1].swapped_stages);
  }
  EXPECT_NEAR(swapped / 2, 3000 * 0.5, FiveSigma(3000, 0.5));
}

TEST(CrossOver, HappensWithItsProbabilityInEveryPair) {
  auto population = Alternating(10000);
  CrossOver(population, 0.2, 0.2, RandomKey(3));
  int crossed = 0;
  for (int i = 0; i < 10000; i += 2) {
    crossed += population[i].operation == Operation::kCrossover;
    EXPECT_EQ(population[i].operation, population[i + 1].operation);
  }
  EXPECT_NEAR(crossed, 1000, FiveSigma(5000, 0.2));
}

TEST(CrossOver, LeavesTheLastOfAnOddPopulationAlone) {
  auto population = Alternating(5);
  const Individual last = population[4];
  CrossOver(population, 1, 1, RandomKey(4));
  EXPECT_EQ(population[4], last);
  EXPECT_EQ(population[3].operation, Operation::kCrossover);
  Mutate(population, 1, 1, RandomKey(4));
  EXPECT_EQ(population[4].operation, Operation::kMutation);
  std::vector<Individual> single = Alternating(1);
  CrossOver(single, 1, 1, RandomKey(4));
  EXPECT_EQ(single, Alternating(1));
}

TEST(Mutate, PassesOverIndividualsThatCrossedOver) {
  auto population = Alternating(4);
  population[0].operation = population[1].operation = Operation::kCrossover;
  const auto before = population;
  Mutate(population, 1, 1, RandomKey(1));
  EXPECT_EQ(population[0], before[0]);
  EXPECT_EQ(population[1], before[1]);
  EXPECT_EQ(population[2].genome, before[3].genome);  // all zeros became all ones
  EXPECT_EQ(population[3].flipped_bits.size(), 19u);
}

TEST(Mutate, ReachesEveryPlaceAndBitWithItsProbability) {
  const int n = 20000;
  auto population = Alternating(n);
  Mutate(population, 0.8, 0.05, RandomKey(2));
  std::vector<int> mutated(2);
  std::vector<int> flips(19);
  for (int i = 0; i < n; ++i) {
    mutated[i % 2] += population[i].operation == Operation::kMutation;
    Genome genome = population[i].genome;
    for (int bit : population[i].flipped_bits) {
      ++flips[bit];
      genome.flip_bit(bit);
    }
    EXPECT_EQ(genome.ones(), i % 2 == 1 ? 19 : 0);  // the record is true
  }
  for (int count : mutated) EXPECT_NEAR(count, n / 2 * 0.8, FiveSigma(n / 2, 0.8));
  for (int count : flips) EXPECT_NEAR(count, n * 0.04, FiveSigma(n, 0.04));
}

TEST(Operators, HalfOfTheStringsPassUnchangedAtThePapersSettings) {
  // p_C (1-q_C)^3 + (1-p_C) (1-p_M + p_M (1-q_M)^19) = 0.504, where partners differ in each stage.
  const double want = 0.2 * std::pow(0.8, 3) + 0.8 * (0.2 + 0.8 * std::pow(0.95, 19));
  EXPECT_NEAR(want, 0.504, 0.0005);
  const int n = 40000;
  auto population = Alternating(n);
  const auto before = population;
  CrossOver(population, 0.2, 0.2, RandomKey(8).Derive("crossover"));
  Mutate(population, 0.8, 0.05, RandomKey(8).Derive("mutation"));
  int unchanged = 0;
  for (int i = 0; i < n; ++i) unchanged += population[i].genome == before[i].genome;
  // Partners cross together, so the count varies more than a binomial one: at most by sqrt(2).
  EXPECT_NEAR(unchanged, n * want, 1.5 * FiveSigma(n, want));
}

TEST(Operators, KeysDecideEverything) {
  auto a = Alternating(50);
  auto b = Alternating(50);
  auto c = Alternating(50);
  Mutate(a, 0.8, 0.05, RandomKey(1));
  Mutate(b, 0.8, 0.05, RandomKey(1));
  Mutate(c, 0.8, 0.05, RandomKey(2));
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
}

}  // namespace
}  // namespace genet
