
#include "genet/report/run_json.h"

#include <gmock/gmock.h>

#include "genet/measures/measures_json.h"
#include "genet/report/toy_run_for_test.h"

namespace genet {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

using RunJsonTest = ToyRunTest;

TEST_F(RunJsonTest, HistoryHasTheAgreedKeys) {
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
    const json& cost = one.at("evaluations")[0].at("cost");
    EXPECT_EQ(cost.at("attempts"), 1);
    EXPECT_EQ(cost.at("details").at("version"), "toy");
    EXPECT_EQ(cost.at("details").at("cost").at("seconds"), 0.5);
    EXPECT_EQ(cost.at("details").at("curve").size(), 1u);
  }
}

TEST_F(RunJsonTest, HistoriesDifferOnlyUnderCostAndMachineWhenClockAndRetriesDiffer) {
  class Slow : public ToyEvaluator {
   public:
    using ToyEvaluator::ToyEvaluator;
    Status Evaluate(const std::vector<EvaluationRequest>& requests, const Ended& ended) override {
      return ToyEvaluator::Evaluate(requests, [&](const auto& request, Evaluation evaluation) {
        evaluation.cost.attempts = 3;
        evaluation.cost.seconds = 99;
        evaluation.cost.finished = "2027-07-07T00:00:00Z";
        return ended(request, evaluation);
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

TEST_F(RunJsonTest, ASearchStoppedAnywhereResumesToTheSameHistory) {
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
    evaluator.Backwards();
    ASSERT_TRUE(Search(*store, evaluator));
    EXPECT_EQ(WithoutCost(*HistoryOf(*store)).dump(), whole) << "stopped after " << stop;
  }
}

TEST_F(RunJsonTest, FailuresHaveNoAccuracyAndACauseWhereItBelongs) {
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
}

// What genet 0.1.0 (29f4ac5d0c83) printed of a store of schema 1 that it had written.
TEST_F(RunJsonTest, OfAnOldRunIsWhatTheBuildThatWroteItPrinted) {
  const fs::path old = fs::path(GENET_STORE_TESTDATA) / "schema-1.db";
  fs::copy_file(old, folder_ / "run.db");  // reading it leaves files beside it for a while
  RunReader reader = *RunReader::Open(folder_ / "run.db");
  EXPECT_EQ(*HistoryOf(reader),
            json::parse(*ReadFile(fs::path(GENET_STORE_TESTDATA) / "schema-1.history.json")));
}

TEST_F(RunJsonTest, ASnapshotHoldsAllThatChangedAndWhatRuns) {
  RunStore store = Store("run.db");
  ToyEvaluator evaluator(kTarget);
  evaluator.stop_after = 8;  // in generation 1
  ASSERT_FALSE(Search(store, evaluator));
  const std::vector<RunningEvaluation> running = {{{1, 2}, 0.25, 99.5}, {{1, 3}, 0, 0}};
  const json all = SnapshotOf(*store.Since(0), running);
  EXPECT_EQ(all.at("sequence"), 1 + 2 + 8 + 1);
  EXPECT_EQ(all.at("run").at("settings").at("seed"), 1);
  EXPECT_EQ(all.at("run").at("machine").at("cores"), 2);
  ASSERT_EQ(all.at("generations").size(), 2u);
  EXPECT_TRUE(all["generations"][0].at("complete").get<bool>());
  EXPECT_FALSE(all["generations"][1].at("complete").get<bool>());
  EXPECT_TRUE(all["generations"][1].at("individuals")[0].at("fitness").is_null());
  ASSERT_EQ(all.at("evaluations").size(), 8u);
  const EvaluationRow last = store.Since(0)->evaluations[7];
  EXPECT_EQ(all["evaluations"][7], (json{{"generation", 1},
                                         {"individual", 1},
                                         {"status", "finished"},
                                         {"cause", ""},
                                         {"measures", ToJson(last.evaluation.measures)},
                                         {"curve", CurveToJson(last.evaluation.curve)},
                                         {"cost", ToJson(last.evaluation.cost)}}));
  EXPECT_EQ(
      all.at("running"),
      json::parse(R"([{"generation":1,"individual":2,"fraction":0.25,"images_per_second":99.5},
                            {"generation":1,"individual":3,"fraction":0,"images_per_second":0}])"));

  const json nothing = SnapshotOf(*store.Since(all["sequence"].get<int64_t>()), {});
  EXPECT_EQ(nothing, json::parse(R"({"sequence":12,"run":null,"generations":[],"evaluations":[],
                                     "running":[]})"));
}

}  // namespace
}  // namespace genet
