#include "genet/report/analysis.h"

#include <gmock/gmock.h>

namespace genet {
namespace {

const Genome kOld = *Genome::Parse("0-01");
const Genome kNew = *Genome::Parse("1-01");

EvaluationRow Finished(int generation, int individual, double accuracy) {
  return {{generation, individual},
          {.status = Evaluation::Status::kFinished,
           .measures = {.accuracy = accuracy},
           .cost = {.attempts = 1}}};
}

TEST(Correlation, IsOneForALineAndMinusOneForAFallingOne) {
  EXPECT_DOUBLE_EQ(*Correlation({1, 2, 4}, {10, 20, 40}), 1);
  EXPECT_DOUBLE_EQ(*Correlation({1, 2, 4}, {-1, -2, -4}), -1);
  // By hand: means 2 and 2, xx = 2, yy = 2, xy = 1.
  EXPECT_DOUBLE_EQ(*Correlation({1, 2, 3}, {2, 1, 3}), 0.5);
}

TEST(Correlation, IsUndefinedForTooFewOrConstantValues) {
  EXPECT_FALSE(Correlation({}, {}));
  EXPECT_FALSE(Correlation({1}, {1}));
  EXPECT_FALSE(Correlation({1, 1, 1}, {1, 2, 3}));
  EXPECT_FALSE(Correlation({1, 2, 3}, {2, 2, 2}));
}

// Two individuals; the children are a mutation that changed its string, and one of a crossover.
std::vector<Generation> TwoGenerations() {
  Generation first{.number = 0, .complete = true};
  first.individuals = {{.genome = kOld, .fitness = 0.5}, {.genome = kNew, .fitness = 0.7}};
  Generation second{.number = 1, .complete = true};
  second.individuals = {
      {.genome = kNew, .operation = Operation::kMutation, .parents = {0}, .fitness = 0.65},
      {.genome = kNew, .operation = Operation::kCrossover, .parents = {1, 0}, .fitness = 0.65},
      {.genome = kOld, .operation = Operation::kSelection, .parents = {0}, .fitness = 0.5}};
  return {first, second};
}

TEST(Inheritance, TakesTheParentsFitnessAndTheChildsOwnTraining) {
  const auto found = InheritanceOf(TwoGenerations(),
                                   {Finished(0, 0, 0.5), Finished(0, 1, 0.7), Finished(1, 0, 0.6),
                                    Finished(1, 1, 0.8), Finished(1, 2, 0.4)});
  ASSERT_EQ(found.size(), 2u);
  EXPECT_FALSE(found[0].crossover);
  EXPECT_TRUE(found[0].changed);
  EXPECT_EQ(found[0].parent, 0.5);
  EXPECT_EQ(found[0].partner, 0.5);
  EXPECT_EQ(found[0].child, 0.6);  // not the mean over all trainings of the string, 0.65
  EXPECT_TRUE(found[1].crossover);
  EXPECT_FALSE(found[1].changed);
  EXPECT_EQ(found[1].parent, 0.7);
  EXPECT_EQ(found[1].partner, 0.5);
  EXPECT_DOUBLE_EQ(found[1].parents(), 0.6);
}

TEST(Inheritance, LeavesOutChildrenAndParentsWithoutAnAccuracy) {
  std::vector<Generation> generations = TwoGenerations();
  EXPECT_EQ(InheritanceOf(generations, {Finished(1, 1, 0.8)}).size(), 1u);
  generations[0].individuals[0].fitness.reset();
  EXPECT_TRUE(InheritanceOf(generations, {Finished(1, 0, 0.6), Finished(1, 1, 0.8)}).empty());
}

TEST(SeenGenomes, AveragesAStringsTrainingsAndCountsIsolatedNodes) {
  const auto seen = SeenGenomes(
      TwoGenerations(),
      {Finished(0, 0, 0.5), Finished(0, 1, 0.75), Finished(1, 0, 0.625), Finished(1, 1, 0.8125)},
      *ParseBaseNetwork("C3(P1)@4-FC10"), {3, 8, 8});
  ASSERT_TRUE(seen) << seen.error().message;
  ASSERT_EQ(seen->size(), 2u);
  const SeenGenome& old = (*seen)[0];  // 0-01: only 2 -> 3, so node 1 is isolated
  EXPECT_EQ(old.genome, kOld);
  EXPECT_EQ(old.isolated, 1);
  EXPECT_EQ(old.ones, 1);
  EXPECT_EQ(old.evaluations, 1);
  const SeenGenome& fresh = (*seen)[1];
  EXPECT_EQ(fresh.isolated, 0);
  EXPECT_EQ(fresh.evaluations, 3);
  EXPECT_DOUBLE_EQ(fresh.accuracy, (0.75 + 0.625 + 0.8125) / 3);
  EXPECT_GT(fresh.parameters, old.parameters);
  EXPECT_GT(fresh.multiply_adds, old.multiply_adds);
}

TEST(SeenGenomes, FailsWhereTheNetworkDoesNotFit) {
  EXPECT_FALSE(SeenGenomes(TwoGenerations(), {Finished(0, 0, 0.5)},
                           *ParseBaseNetwork("C3(P1)@4-MP2-C3(P1)@4-FC10"), {3, 8, 8}));
}

}  // namespace
}  // namespace genet
