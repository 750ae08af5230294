#include "genet/search/search_history.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

using Mode = SearchSettings::Fitness;

Individual Of(std::string_view genome) { return {.genome = *Genome::Parse(genome)}; }

Evaluation Finished(double accuracy) {
  return {.status = Evaluation::Status::kFinished, .measures = {.accuracy = accuracy}};
}

TEST(SearchHistory, NumbersIndividualsThroughTheGenerations) {
  SearchHistory history(2, Mode::kMean);
  for (const char* genome : {"1-00", "0-10", "0-01"}) history.Bear(Of(genome));
  EXPECT_EQ(history.born(), 3u);
  EXPECT_EQ(history.id(2), (EvaluationId{1, 0}));
  EXPECT_EQ(history.individual(2).genome.ToString(), "0-01");
  ASSERT_EQ(history.generations().size(), 2u);
  EXPECT_EQ(history.newest().number, 1);
  EXPECT_EQ(history.newest().individuals.size(), 1u);
}

TEST(SearchHistory, FitnessIsByWhatIsKnownSoFar) {
  SearchHistory history(4, Mode::kMean);
  for (const char* genome : {"1-00", "0-10", "1-00", "0-10"}) {
    EXPECT_TRUE(history.Bear(Of(genome)));
  }
  EXPECT_EQ(history.fitness(0), std::nullopt);
  const Evaluation half = Finished(0.5), one = Finished(1), failed;
  history.Learn(&half);
  history.Learn(&failed);
  EXPECT_EQ(history.known(), 2u);
  EXPECT_EQ(history.fitness(0), 0.5);
  EXPECT_EQ(history.fitness(2), 0.5);  // the same string
  EXPECT_EQ(history.fitness(1), std::nullopt);
  history.Learn(&one);
  EXPECT_EQ(history.fitness(0), 0.75);
}

TEST(SearchHistory, AStringThatIsAwaitedIsNotEvaluatedTwiceWhereResultsAreReused) {
  SearchHistory history(2, Mode::kReuse);
  EXPECT_TRUE(history.Bear(Of("1-00")));
  EXPECT_FALSE(history.Bear(Of("1-00")));
  const Evaluation failed;
  history.Learn(&failed);
  EXPECT_TRUE(history.Bear(Of("1-00")));  // it has no result after all
  history.Learn(nullptr);
  const Evaluation half = Finished(0.5);
  history.Learn(&half);
  EXPECT_FALSE(history.Bear(Of("1-00")));
  EXPECT_EQ(history.fitness(0), 0.5);
}

TEST(SearchHistory, KeepsEachObjectiveOfAStrategy) {
  const Objective smallness = [](const Evaluation& evaluation) -> std::optional<double> {
    const auto& parameters = evaluation.measures.parameters;
    return parameters ? std::optional(-static_cast<double>(*parameters)) : std::nullopt;
  };
  SearchHistory history(2, Mode::kMean, {AccuracyOf, smallness});
  history.Bear(Of("1-00"));
  history.Bear(Of("1-01"));
  Evaluation evaluation = Finished(0.5);
  history.Learn(&evaluation);
  evaluation.measures.parameters = 300;
  history.Learn(&evaluation);
  EXPECT_EQ(history.fitness(0, 1), std::nullopt);
  EXPECT_EQ(history.fitness(1, 0), 0.5);
  EXPECT_EQ(history.fitness(1, 1), -300);
}

}  // namespace
}  // namespace genet
