#include "genet/search/fitness.h"

#include <gmock/gmock.h>

namespace genet {
namespace {

using Mode = SearchSettings::Fitness;

Genome G(std::string_view text) { return *Genome::Parse(text); }

Evaluation Finished(double accuracy) {
  return {.status = Evaluation::Status::kFinished, .measures = {.accuracy = accuracy}};
}

// Which of these individuals, born in this order, need an evaluation of their own.
std::vector<int> NeededOf(FitnessRecord& record, const std::vector<std::string>& texts) {
  std::vector<int> individuals;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (record.Ask(G(texts[i]))) individuals.push_back(static_cast<int>(i));
  }
  return individuals;
}

TEST(Fitness, OfARepeatedStringIsTheMeanOfAllItsEvaluations) {
  FitnessRecord record(Mode::kMean);
  record.Add(G("1-01"), Finished(0.5));
  record.Add(G("1-00"), Finished(0.9));
  record.Add(G("1-01"), Finished(0.75));
  EXPECT_EQ(record.Fitness(G("1-01")), 0.625);
  EXPECT_EQ(record.Fitness(G("1-00")), 0.9);
  EXPECT_EQ(record.Fitness(G("1-11")), std::nullopt);
  EXPECT_THAT(NeededOf(record, {"1-01", "1-01", "1-11"}), testing::ElementsAre(0, 1, 2));
}

TEST(Fitness, MeanOfEqualValuesIsExact) {
  EXPECT_EQ(Mean({0.1, 0.1, 0.1}), 0.1);
  EXPECT_EQ(Mean({0.25, 0.75}), 0.5);
}

TEST(Fitness, IgnoresDivergedAndFailedEvaluations) {
  FitnessRecord record(Mode::kMean);
  record.Add(G("1-01"), {.status = Evaluation::Status::kFailed});
  record.Add(G("1-01"), {.status = Evaluation::Status::kDiverged});
  EXPECT_EQ(record.Fitness(G("1-01")), std::nullopt);
  record.Add(G("1-01"), Finished(0.5));
  EXPECT_EQ(record.Fitness(G("1-01")), 0.5);
}

TEST(Fitness, ReuseEvaluatesAStringOnceAndAgainAfterAFailure) {
  FitnessRecord record(Mode::kReuse);
  EXPECT_THAT(NeededOf(record, {"1-01", "1-00", "1-01"}), testing::ElementsAre(0, 1));
  record.Add(G("1-01"), Finished(0.5));
  record.Add(G("1-00"), {.status = Evaluation::Status::kFailed});
  EXPECT_THAT(NeededOf(record, {"1-01", "1-00", "1-01", "1-11"}), testing::ElementsAre(1, 3));
  EXPECT_EQ(record.Fitness(G("1-01")), 0.5);
}

TEST(Fitness, CanonicalSharesBetweenStringsOfTheSameNetwork) {
  // One edge between two of three nodes, the third isolated: the same network whichever two.
  FitnessRecord reuse(Mode::kReuse);
  EXPECT_THAT(NeededOf(reuse, {"1-00", "0-10", "0-01", "1-11"}), testing::ElementsAre(0, 1, 2, 3));
  FitnessRecord record(Mode::kCanonical);
  EXPECT_THAT(NeededOf(record, {"1-00", "0-10", "0-01", "1-11"}), testing::ElementsAre(0, 3));
  record.Add(G("0-10"), Finished(0.4));
  EXPECT_EQ(record.Fitness(G("0-01")), 0.4);
  EXPECT_EQ(record.Fitness(G("1-11")), std::nullopt);
}

TEST(Fitness, IsByTheObjective) {
  FitnessRecord record(Mode::kMean, [](const Evaluation& evaluation) -> std::optional<double> {
    const auto& parameters = evaluation.measures.parameters;
    return parameters ? std::optional(-static_cast<double>(*parameters)) : std::nullopt;
  });
  record.Add(G("1-01"), Finished(0.5));  // without parameters
  EXPECT_EQ(record.Fitness(G("1-01")), std::nullopt);
  Evaluation small = Finished(0.5);
  small.measures.parameters = 300;
  record.Add(G("1-01"), small);
  record.Add(G("1-01"), {.measures = {.parameters = 9}});  // failed
  EXPECT_EQ(record.Fitness(G("1-01")), -300);
}

}  // namespace
}  // namespace genet
