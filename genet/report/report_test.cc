#include <gmock/gmock.h>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/report/history.h"
#include "genet/report/table.h"
#include "genet/search/toy_evaluator.h"

namespace genet {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const SearchSpace kSpace{{3, 4, 5}};
const Genome kTarget = *Genome::Parse("1-01|0-01-100|0-11-101-0001");

class ReportTest : public testing::Test {
 protected:
  RunStore Store(const std::string& name, const std::string& created = "2026-01-01") {
    auto store = RunStore::Create(folder_ / name, {.settings = R"({"seed":1})",
                                                   .version = "0.1.0",
                                                   .machine = R"({"cores":2})",
                                                   .created = created});
    EXPECT_TRUE(store.has_value()) << store.error().message;
    return *std::move(store);
  }
  Result<SearchResult> Search(RunStore& store, Evaluator& evaluator,
                              SearchSettings settings = {.population = 6, .generations = 4}) {
    SearchObserver observer;
    return RunSearch(settings, kSpace, RandomKey(1), store, evaluator, observer);
  }

  ScratchFolder folder_;
};

TEST_F(ReportTest, HistoryHasTheAgreedKeys) {
  RunStore store = Store("run.db");
  ToyEvaluator evaluator(kTarget);
  const auto result = Search(store, evaluator);
  const json history = *HistoryOf(store);
  EXPECT_EQ(history.at("settings").at("seed"), 1);
  ASSERT_EQ(history.at("generations").size(), 5u);
  const json& generation = history.at("generations")[3];
  EXPECT_EQ(generation.at("generation"), 3);
  ASSERT_EQ(generation.at("individuals").size(), 6u);
  for (size_t i = 0; i < 6; ++i) {
    const Individual& individual = result->generations[3].individuals[i];
    const json& one = generation.at("individuals")[i];
    EXPECT_EQ(one.at("genome"), individual.genome.ToString());
    EXPECT_EQ(one.at("parents"), json(individual.parents));
    EXPECT_EQ(one.at("operation"), std::string(Name(individual.operation)));
    EXPECT_EQ(one.at("flipped_bits"), json(individual.flipped_bits));
    EXPECT_EQ(one.at("fitness"), *individual.fitness);
    ASSERT_EQ(one.at("evaluations").size(), 1u);
    EXPECT_EQ(one.at("evaluations")[0].at("status"), "finished");
    EXPECT_TRUE(one.at("evaluations")[0].at("accuracy").is_number());
    EXPECT_EQ(one.at("evaluations")[0].at("cost").at("details").at("seconds"), 0.5);
  }
}

TEST_F(ReportTest, HistoriesDifferOnlyUnderCostAndMachineWhenClockAndRetriesDiffer) {
  class Slow : public ToyEvaluator {
   public:
    using ToyEvaluator::ToyEvaluator;
    Status Evaluate(const std::vector<EvaluationRequest>& requests,
                    const std::function<Status(const EvaluationRequest&, const Evaluation&)>&
                        finished) override {
      return ToyEvaluator::Evaluate(requests, [&](const auto& request, Evaluation evaluation) {
        evaluation.attempts = 3;
        evaluation.details = R"({"seconds":99})";
        return finished(request, evaluation);
      });
    }
  };
  RunStore one = Store("one.db", "2026-01-01");
  RunStore two = Store("two.db", "2027-07-07");
  ToyEvaluator quick(kTarget);
  Slow slow(kTarget);
  ASSERT_TRUE(Search(one, quick));
  ASSERT_TRUE(Search(two, slow));
  EXPECT_NE(*HistoryOf(one), *HistoryOf(two));
  EXPECT_EQ(WithoutCost(*HistoryOf(one)), WithoutCost(*HistoryOf(two)));
}

TEST_F(ReportTest, ASearchStoppedAnywhereResumesToTheSameHistory) {
  std::string whole;
  {
    RunStore store = Store("whole.db");
    ToyEvaluator evaluator(kTarget);
    ASSERT_TRUE(Search(store, evaluator));
    whole = WithoutCost(*HistoryOf(store)).dump();
  }
  for (int stop = 0; stop < 30; stop += 4) {
    const std::string name = fmt::format("stopped{}.db", stop);
    {
      RunStore store = Store(name);
      ToyEvaluator evaluator(kTarget);
      evaluator.stop_after = stop;
      ASSERT_FALSE(Search(store, evaluator));
    }
    auto store = RunStore::Open(folder_ / name);
    ASSERT_TRUE(store.has_value());
    ToyEvaluator evaluator(kTarget);
    evaluator.backwards = true;
    ASSERT_TRUE(Search(*store, evaluator));
    EXPECT_EQ(WithoutCost(*HistoryOf(*store)).dump(), whole) << "stopped after " << stop;
  }
}

TEST_F(ReportTest, FailuresHaveNoAccuracyAndAreCountedVisibly) {
  RunStore store = Store("run.db");
  ToyEvaluator evaluator(kTarget);
  evaluator.status = [](const EvaluationRequest& request) {
    if (request.id == EvaluationId{0, 1}) return Evaluation::Status::kDiverged;
    return request.id == EvaluationId{0, 4} ? Evaluation::Status::kFailed
                                            : Evaluation::Status::kFinished;
  };
  ASSERT_TRUE(Search(store, evaluator));
  const json history = *HistoryOf(store);
  const json& diverged = history["generations"][0]["individuals"][1];
  EXPECT_TRUE(diverged["fitness"].is_null());
  EXPECT_TRUE(diverged["evaluations"][0]["accuracy"].is_null());
  EXPECT_EQ(diverged["evaluations"][0]["status"], "diverged");
  EXPECT_EQ(diverged["evaluations"][0]["cause"], "chosen to");
  const json& failed = history["generations"][0]["individuals"][4]["evaluations"][0];
  EXPECT_EQ(failed["status"], "failed");
  EXPECT_EQ(failed["cost"]["cause"], "chosen to");

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

TEST_F(ReportTest, BestIsTheSearchsOwnWithTheSpreadOfItsEvaluations) {
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

TEST_F(ReportTest, BestOfARandomSearchIsThatOfAllItsGenerations) {
  RunStore store = Store("run.db");
  ToyEvaluator evaluator(kTarget);
  const auto result =
      Search(store, evaluator,
             {.strategy = SearchSettings::Strategy::kRandom, .population = 6, .generations = 8});
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
