#include "genet/cli/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace genet::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Generation Population(std::vector<std::pair<const char*, double>> members) {
  Generation generation;
  generation.number = 3;
  generation.complete = true;
  for (const auto& [genome, fitness] : members) {
    Individual individual{.genome = *Genome::Parse(genome)};
    if (fitness >= 0) individual.fitness = fitness;
    generation.individuals.push_back(individual);
  }
  return generation;
}

std::vector<std::string> WarningsOf(const Generation& generation) {
  std::vector<std::string> findings;
  for (const Warning& warning : Warnings(generation, StatisticsOf(generation), 10, 10000)) {
    findings.push_back(warning.finding);
  }
  return findings;
}

TEST(Warnings, AHealthyPopulationHasNone) {
  EXPECT_THAT(WarningsOf(Population({{"1-01", 0.4}, {"0-01", 0.5}, {"1-11", 0.3}})), IsEmpty());
}

TEST(Warnings, ChanceLevelIsSaid) {
  EXPECT_THAT(WarningsOf(Population({{"1-01", 0.1}, {"0-01", 0.105}, {"1-11", 0.097}})),
              ElementsAre(HasSubstr("chance level (10.0 % of 10 classes)")));
}

TEST(Warnings, OneGenomeInAllPlacesIsStuck) {
  EXPECT_THAT(WarningsOf(Population({{"1-01", 0.4}, {"1-01", 0.4}, {"1-01", 0.4}})),
              ElementsAre(HasSubstr("stuck")));
}

TEST(Warnings, OneGenomeInAllPlacesOfTheFirstGenerationIsAsAskedFor) {
  Generation generation = Population({{"1-01", 0.4}, {"1-01", 0.4}, {"1-01", 0.4}});
  generation.number = 0;
  EXPECT_THAT(WarningsOf(generation), IsEmpty());
}

TEST(Warnings, EqualFitnessesOfDifferentGenomesAreSaid) {
  EXPECT_THAT(WarningsOf(Population({{"1-01", 0.4}, {"0-01", 0.4}, {"1-11", 0.4}})),
              ElementsAre(HasSubstr("all fitnesses are equal")));
}

TEST(Warnings, IndividualsWithoutFitnessAreCounted) {
  EXPECT_THAT(WarningsOf(Population({{"1-01", 0.4}, {"0-01", -1}, {"1-11", 0.3}})),
              ElementsAre(HasSubstr("1 of 3 individuals have no fitness")));
}

}  // namespace
}  // namespace genet::cli
