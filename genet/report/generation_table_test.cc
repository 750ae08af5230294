#include "genet/report/generation_table.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "genet/report/toy_run_for_test.h"

namespace genet {
namespace {

using ::testing::HasSubstr;

using GenerationTableTest = ToyRunTest;

TEST_F(GenerationTableTest, FailuresHaveNoAccuracyAndAreCountedVisibly) {
  RunStore store = Store("run.db");
  ToyEvaluator evaluator(kTarget);
  evaluator.status = [](const EvaluationRequest& request) {
    if (request.id == EvaluationId{0, 1}) return Evaluation::Status::kDiverged;
    return request.id == EvaluationId{0, 4} ? Evaluation::Status::kFailed
                                            : Evaluation::Status::kFinished;
  };
  ASSERT_TRUE(Search(store, evaluator));
  const auto rows = *TableOf(store);
  EXPECT_THAT(ToLine(rows[0]), HasSubstr("[1 diverged, 1 failed, 2 without fitness]"));
  EXPECT_THAT(ToText(rows), HasSubstr("30 evaluations: 28 finished, 1 diverged, 1 failed"));
}

TEST(Table, LooksLikeThePapers) {
  TableRow row{.generation = 3,
               .statistics = {.count = 20,
                              .max = 0.7606,
                              .min = 0.7347,
                              .mean = 0.7537,
                              .median = 0.7562,
                              .standard_deviation = 0.0070,
                              .best = 0},
               .best = "1-01|0-01-111|0-11-010-0111"};
  EXPECT_EQ(TableHeader() + "\n" + ToLine(row),
            "Gen   Max %   Min %   Avg %   Med %   Std-D   Best Network Structure\n"
            " 03   76.06   73.47   75.37   75.62    0.70   1-01|0-01-111|0-11-010-0111");
  EXPECT_THAT(ToCsv({row}),
              HasSubstr("\n3,76.0600,73.4700,75.3700,75.6200,0.7000,1-01|0-01-111|0-11-010-0111,"
                        "0,0,0,0,0\n"));
  row.uniform_selection = true;
  EXPECT_THAT(ToLine(row), HasSubstr("[uniform selection]"));
  EXPECT_THAT(ToLine({.generation = 1, .statistics = {.without_fitness = 6}, .best = ""}),
              HasSubstr(" 01       -       -"));
}

TEST_F(GenerationTableTest, BestIsTheSearchsOwnWithTheSpreadOfItsEvaluations) {
  RunStore store = Store("run.db");
  EXPECT_FALSE(BestOf(store)->has_value());
  ToyEvaluator evaluator(kTarget);
  const auto result = Search(
      store, evaluator,
      {.population = 10, .generations = 8, .mutation_probability = 0, .crossover_probability = 0});
  ASSERT_TRUE(result.has_value());
  const BestGenome best = **BestOf(store);
  EXPECT_EQ(best.genome, result->best_individual().genome);
  EXPECT_EQ(best.generation, 8);
  EXPECT_EQ(best.individual, result->best);
  // After the last generation the mean over all evaluations is the fitness.
  EXPECT_EQ(best.mean, best.fitness);
  EXPECT_GT(best.evaluations, 1);
  EXPECT_LT(best.min, best.mean);
  EXPECT_LT(best.mean, best.max);
  EXPECT_LE(*best.standard_deviation, best.max - best.min);
  EXPECT_THAT(ToText(best), HasSubstr(fmt::format("({} evaluations: mean", best.evaluations)));
}

TEST_F(GenerationTableTest, BestOfARandomSearchIsThatOfAllItsGenerations) {
  RunStore store = Store("run.db");
  ToyEvaluator evaluator(kTarget);
  const auto result =
      Search(store, evaluator, {.strategy = "random", .population = 6, .generations = 8});
  ASSERT_TRUE(result.has_value());
  double highest = 0, last = 0;
  for (const Generation& generation : result->generations) {
    last = StatisticsOf(generation).max;
    highest = std::max(highest, last);
  }
  ASSERT_GT(highest, last) << "or the test shows nothing";
  EXPECT_EQ((*BestOf(store))->fitness, highest);
}

}  // namespace
}  // namespace genet
