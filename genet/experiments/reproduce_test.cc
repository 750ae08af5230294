#include "genet/experiments/reproduce.h"

#include <gmock/gmock.h>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/data_kind.h"
#include "genet/experiments/data_choice.h"
#include "genet/experiments/experiment_runner_for_test.h"
#include "genet/experiments/paper.h"
#include "genet/report/figure.h"
#include "genet/settings/presets.h"

namespace genet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ReproduceTest : public testing::Test {
 protected:
  ReproduceTest() {
    reproduction_.scale = *FindScale("smoke");
    reproduction_.data = {"synthetic"};
    reproduction_.folder = folder_ / "out";
  }

  Findings Do(const std::string& name) {
    const auto experiments = FindExperiments(name);
    EXPECT_TRUE(experiments);
    auto findings = Reproduce(experiments->front(), reproduction_, runner_);
    EXPECT_TRUE(findings) << findings.error().message;
    return findings ? *std::move(findings) : Findings();
  }

  ScratchFolder folder_;
  Reproduction reproduction_;
  FakeExperimentRunner runner_{folder_.path()};
};

TEST_F(ReproduceTest, Table1HasThePapersRowsAndOurLast) {
  const Findings findings = Do("table1");
  ASSERT_EQ(findings.tables.size(), 1u);
  const nlohmann::json table = ToJson(findings.tables[0]);
  std::vector<int> generations;
  for (const auto& row : table["rows"]) generations.push_back(row["generation"]);
  EXPECT_THAT(generations, ElementsAre(0, 1, 2, 3, 4, 5, 8, 10, 20, 30, 50));
  const auto& ours = table["rows"][4];  // generation 4 is our last and none of the paper's
  EXPECT_TRUE(ours["paper_max_percent"].is_null());
  EXPECT_TRUE(ours["max_percent"].is_number());
  const auto& last = table["rows"][10];
  EXPECT_TRUE(last["max_percent"].is_null());
  EXPECT_EQ(last["paper_max_percent"], 77.19);
  EXPECT_EQ(last["paper_best"], "1-01|0-01-100|0-11-101-0001");
  EXPECT_EQ(table["conditions"]["scale"], "smoke");
  EXPECT_EQ(table["conditions"]["seeds"], "1 (process 1)");
  EXPECT_EQ(table["conditions"]["data"], "synthetic");
  EXPECT_THAT(table["cost"]["cost"].get<std::string>(), HasSubstr("30 evaluations"));
  for (const char* suffix : {".txt", ".csv", ".json"}) {
    EXPECT_TRUE(fs::exists(folder_ / "out" / (std::string("table1") + suffix)));
  }
}

TEST_F(ReproduceTest, TheProcessIsSharedAndOnlyTheStartDiffersInFigure3) {
  Do("figure3");
  EXPECT_THAT(runner_.searches, ElementsAre("genetic-1", "naive"));
  RunSettings naive = runner_.settings_of["naive"];
  EXPECT_EQ(naive.search.start, SearchSettings::Start::kAllZeros);
  naive.search.start = SearchSettings::Start::kBernoulli;
  EXPECT_EQ(ToJson(naive), ToJson(runner_.settings_of["genetic-1"]));
}

TEST_F(ReproduceTest, AMissingGnuplotCostsTheFigureOnly) {
  Do("figure3");
  EXPECT_TRUE(fs::exists(folder_ / "out" / "figure3.csv"));
  ASSERT_EQ(runner_.said.size(), 1u);
  EXPECT_THAT(runner_.said[0], HasSubstr("gnuplot-nox"));
}

TEST_F(ReproduceTest, RandomSearchTrainsAsManyNetworksAndBothBestsAgain) {
  const Findings findings = Do("random");
  const RunSettings& random = runner_.settings_of["random"];
  EXPECT_EQ(random.search.strategy, "random");
  EXPECT_EQ(random.search.population, 6);
  EXPECT_EQ(random.search.generations, 4);
  const auto& values = findings.tables[0].values;
  EXPECT_EQ(values["networks"], 30);
  EXPECT_EQ(values["paper_random_best_percent"], 76.94);
  const RunSettings& again = runner_.settings_of["again-genetic"];
  EXPECT_EQ(again.search.population, reproduction_.scale.repeats);
  EXPECT_EQ(again.search.generations, 0);
  EXPECT_NE(again.seed, random.seed);  // another split
}

TEST_F(ReproduceTest, DenseComparesTheAllOnesNetworkWithTheBestAtEqualTerms) {
  const Findings findings = Do("dense");
  const nlohmann::json table = ToJson(findings.tables[0]);
  EXPECT_EQ(table["rows"][1]["genome"], "1-11|1-11-111|1-11-111-1111");
  EXPECT_EQ(table["rows"][1]["ones"], 19);
  EXPECT_EQ(table["rows"][1]["paper_percent"], 76.84);
  EXPECT_EQ(table["rows"][0]["trainings"], table["rows"][1]["trainings"]);
  EXPECT_EQ(runner_.settings_of["all-ones"].seed, runner_.settings_of["again-genetic"].seed);
}

TEST_F(ReproduceTest, Figure4CountsEveryOccurrenceAndPrintsTheCoefficient) {
  reproduction_.gnuplot = FindGnuplot();
  const Findings findings = Do("figure4");
  const nlohmann::json table = ToJson(findings.tables[0]);
  int64_t occurrences = 0;
  for (const int row : {0, 1, 3}) occurrences += table["rows"][row]["occurrences"].get<int64_t>();
  const nlohmann::json points =
      nlohmann::json::parse(*ReadFile(folder_ / "out" / "figure4-occurrences.json"));
  EXPECT_EQ(static_cast<size_t>(occurrences), points["rows"].size());
  EXPECT_GT(occurrences, 10);
  EXPECT_TRUE(table["values"]["both"].is_number());
  if (reproduction_.gnuplot) {
    EXPECT_TRUE(fs::exists(folder_ / "out" / "figure4.svg"));
    EXPECT_TRUE(fs::exists(folder_ / "out" / "figure4.png"));
  }
}

TEST_F(ReproduceTest, ComplexityKnowsEveryString) {
  const Findings findings = Do("complexity");
  const nlohmann::json points =
      nlohmann::json::parse(*ReadFile(folder_ / "out" / "complexity-individuals.json"));
  EXPECT_EQ(points["rows"].size(), findings.tables[0].values["strings"].get<size_t>());
}

TEST_F(ReproduceTest, Figure5DrawsTheBestOfTwoProcessesWithTheirOwnSeeds) {
  const Findings findings = Do("figure5");
  EXPECT_THAT(runner_.searches, ElementsAre("genetic-1", "genetic-2"));
  EXPECT_NE(runner_.settings_of["genetic-1"].seed, runner_.settings_of["genetic-2"].seed);
  EXPECT_EQ(findings.drawings.size(), 2u);
  const nlohmann::json table = ToJson(findings.tables[0]);
  EXPECT_EQ(table["rows"][2]["depth"], 16);  // the smoke preset has one fully-connected layer
  for (const char* name : {"figure5-1.svg", "figure5-2.png", "figure5-1.dot", "figure5-2.txt"}) {
    EXPECT_TRUE(fs::exists(folder_ / "out" / name)) << name;
  }
}

TEST_F(ReproduceTest, Table2TakesThePrintedStructuresWithoutARun) {
  reproduction_.data = {"cifar10:/x", "svhn:/y"};
  const Findings findings = Do("table2");
  EXPECT_TRUE(runner_.searches.empty());
  ASSERT_EQ(runner_.plans.size(), 10u);
  for (const TrainingPlan& plan : runner_.plans) {
    EXPECT_TRUE(plan.settings.training.augment_shift);
    EXPECT_EQ(plan.settings.training.augment_mirror, !plan.settings.data.starts_with("svhn"));
    EXPECT_TRUE(plan.full_training_set);  // 4,000 images at most of 1,000
  }
  const nlohmann::json table = ToJson(findings.tables[0]);
  EXPECT_EQ(table["rows"].size(), PaperTable2().size());
  EXPECT_EQ(table["rows"][3]["structure"], "GeNet #1 (G-50)");
  EXPECT_EQ(table["rows"][3]["paper_cifar100_error_percent"], 29.03);
  EXPECT_NEAR(table["rows"][3]["svhn_error_percent"].get<double>(), 100 * (0.5 - 0.09), 1e-9);
}

TEST_F(ReproduceTest, Table2SaysWhichLastLayerTheNetworksHave) {
  reproduction_.data = {"cifar100:/x"};
  EXPECT_THAT(ToJson(Do("table2").tables[0])["conditions"].dump(), HasSubstr("-FC100, "));
  reproduction_.data = {"cifar100:/x", "cifar10:/y"};
  EXPECT_THAT(ToJson(Do("table2").tables[0])["conditions"].dump(),
              HasSubstr("-FC10 (the last layer as each data set's classes), "));
}

TEST_F(ReproduceTest, Table2TakesTheBestsAtTheSameSharesOfAShorterProcess) {
  reproduction_.from_own = true;
  const Findings findings = Do("table2");
  const nlohmann::json table = ToJson(findings.tables[0]);
  std::vector<std::string> labels;
  for (int row = 0; row < 5; ++row) labels.push_back(table["rows"][row]["structure"]);
  // 0, 5, 20 and 50 of 50 are 0, 0.4, 1.6 and 4 of 4.
  EXPECT_THAT(labels, ElementsAre("best of G-00 of process 1", "best of G-00 of process 1",
                                  "best of G-02 of process 1", "best of G-04 of process 1",
                                  "best of G-04 of process 2"));
  // Equal structures are trained once.
  EXPECT_LT(runner_.plans.size(), 5u);
}

TEST_F(ReproduceTest, WrnSearchesAroundTheNetworkAndMeasuresItAndTheBest) {
  const Findings findings = Do("wrn");
  EXPECT_THAT(runner_.searches, ElementsAre("wrn", "wrn-original"));
  const RunSettings& around = runner_.settings_of["wrn"];
  EXPECT_EQ(around.search.start, SearchSettings::Start::kAround);
  EXPECT_EQ(around.search.around_flips, 3);
  EXPECT_EQ(around.search.population, 4);
  EXPECT_EQ(runner_.settings_of["wrn-original"].search.around_flips, 0);
  ASSERT_EQ(findings.tables.size(), 2u);
  const nlohmann::json errors = ToJson(findings.tables[1]);
  EXPECT_EQ(errors["rows"][0]["paper_cifar10_error_percent"], 5.54);
  EXPECT_EQ(errors["rows"][1]["paper_cifar10_error_percent"], 5.39);
  EXPECT_EQ(errors["rows"][1]["genome"], findings.tables[0].values["best"]);
  EXPECT_TRUE(errors["rows"][1]["synthetic_error_percent"].is_number());
}

TEST_F(ReproduceTest, AFailedTrainingLeavesItsPlaceEmptyAndSaysWhy) {
  reproduction_.from = Reproduction::Source{"somewhere", {}};
  auto store = runner_.Search("zeros", [&] {
    RunSettings settings = *SettingsOf(reproduction_.scale.search, "synthetic", 1);
    settings.search.start = SearchSettings::Start::kAllZeros;
    settings.search.generations = 0;
    return settings;
  }());
  ASSERT_TRUE(store) << store.error().message;
  reproduction_.from->histories.push_back(
      *ReadHistory(*store, "process 1", runner_.settings_of["zeros"]));
  const Findings findings = Do("table2");
  const nlohmann::json table = ToJson(findings.tables[0]);
  EXPECT_TRUE(table["rows"][0]["synthetic_error_percent"].is_null());
  EXPECT_THAT(table["notes"].dump(), HasSubstr("diverged"));
  EXPECT_EQ(table["conditions"]["genomes"], "somewhere");
}

TEST_F(ReproduceTest, Table3TrainsTheTwoPrintedStructuresOnTheLargeSet) {
  reproduction_.large_data = {"cifar10:/x", "imagenet:/y", "images:/z"};
  const nlohmann::json table = ToJson(Do("table3").tables[0]);
  ASSERT_EQ(runner_.plans.size(), 2u);
  for (const TrainingPlan& plan : runner_.plans) {
    EXPECT_EQ(plan.settings.data, "imagenet:/y,size=32");
    EXPECT_EQ(ToString(plan.settings.base),
              "C3(P1)@8-C3(P1)@8-MP2(S2)-C3(P1)@16-C3(P1)@16-MP2(S2)-[C3(P1)@32]-MP2(S2)-"
              "[C3(P1)@64]-MP2(S2)-[C3(P1)@64]-MP2(S2)-FC512-FC512-FC1000");
    EXPECT_TRUE(plan.settings.training.augment_shift && plan.settings.training.augment_mirror);
  }
  ASSERT_EQ(table["rows"].size(), PaperTable3().size());
  const auto& first = table["rows"][0];
  EXPECT_EQ(first["structure"], "GeNet #1");
  EXPECT_NEAR(first["top1_error_percent"].get<double>(), 100 * (0.5 - 0.09), 1e-9);
  EXPECT_NEAR(first["top5_error_percent"].get<double>(), 20, 1e-9);
  EXPECT_GT(first["parameters"], 500'000);
  EXPECT_EQ(first["paper_top5_error_percent"], 9.95);
  EXPECT_EQ(first["paper_parameters"], "156M");
  EXPECT_EQ(table["rows"][1]["paper_row"], "GeNet #2");
  EXPECT_EQ(table["rows"][2]["paper_row"], "AlexNet [19]");
  EXPECT_EQ(table["values"]["trained"].size(), 2u);
}

TEST_F(ReproduceTest, Table3AtThePapersScaleIsThePapersNetwork) {
  reproduction_.scale = *FindScale("paper");
  reproduction_.large_data = {"imagenet:/y"};
  Do("table3");
  const RunSettings& settings = runner_.plans[0].settings;
  EXPECT_EQ(settings.base, Preset("imagenet")->base);
  EXPECT_EQ(settings.training.batch, 256);
  EXPECT_EQ(settings.training.epochs(), 74);
  EXPECT_EQ(settings.data, "imagenet:/y,size=224");
  EXPECT_TRUE(runner_.plans[0].full_training_set);
}

TEST_F(ReproduceTest, Table3TakesTheLastBestsOfOwnProcessesAndTheSizeThatIsGiven) {
  reproduction_.from_own = true;
  reproduction_.large_data = {"images:/y,size=48"};
  const nlohmann::json table = ToJson(Do("table3").tables[0]);
  EXPECT_THAT(runner_.searches, ElementsAre("genetic-1", "genetic-2"));
  EXPECT_EQ(table["rows"][0]["structure"], "best of G-04 of process 1");
  EXPECT_EQ(table["rows"][0]["paper_row"], "GeNet #1");
  EXPECT_EQ(table["rows"][1]["structure"], "best of G-04 of process 2");
  EXPECT_EQ(runner_.plans[0].settings.data, "images:/y,size=48");
}

TEST_F(ReproduceTest, CaltechHasEachNetworkTheSameUntrainedAndThePixels) {
  reproduction_.large_data = {"cifar10:/x", "images:/z,size=300,shorter=310,seed=2"};
  const nlohmann::json table = ToJson(Do("caltech").tables[0]);
  ASSERT_EQ(runner_.plans.size(), 2u);
  EXPECT_EQ(runner_.plans[0].settings.data, "cifar10:/x");
  ASSERT_EQ(runner_.features.size(), 5u);
  for (const FeaturePlan& plan : runner_.features) {
    EXPECT_EQ(plan.data,
              plan.weights.empty() ? "images:/z,size=16,seed=2" : "images:/z,size=32,seed=2");
    EXPECT_EQ(plan.train_per_class, 60);
    EXPECT_EQ(plan.splits, 2);
  }
  const auto& rows = table["rows"];
  ASSERT_EQ(rows.size(), 7u);
  EXPECT_EQ(rows[0]["features"], "GeNet #1");
  EXPECT_NEAR(rows[0]["accuracy_percent"].get<double>(), 60, 1e-9);
  EXPECT_EQ(rows[0]["paper_caltech256_percent"], 83.59);
  EXPECT_EQ(rows[0]["trained_on"], "cifar10:/x");
  EXPECT_EQ(rows[2]["features"], "GeNet #1, untrained");
  EXPECT_NEAR(rows[2]["accuracy_percent"].get<double>(), 50, 1e-9);
  EXPECT_EQ(rows[4]["features"], "pixels, 16 x 16");
  EXPECT_EQ(rows[6]["paper_row"], "VGGNet-19 [32]");
}

TEST_F(ReproduceTest, CaltechTrainsNothingIfNetworksAreGiven) {
  reproduction_.large_data = {"images:/z"};
  WeightsFile weights;
  weights.genome = *Genome::Parse("1-01|1-01-100|0-10-000-1011");  // GeNet #2
  weights.input = {3, 64, 64};
  reproduction_.networks = {NamedNetwork("/w", weights)};
  const nlohmann::json table = ToJson(Do("caltech").tables[0]);
  EXPECT_TRUE(runner_.plans.empty());
  EXPECT_EQ(runner_.features[0].data, "images:/z,size=64");
  EXPECT_EQ(table["rows"][0]["features"], "GeNet #2");
}

TEST_F(ReproduceTest, SmallCategoriesAreTrainedOnFourFifthsOrRefused) {
  reproduction_.large_data = {"cifar10:/x", "images:/z"};
  runner_.smallest_class = 30;
  Do("caltech");
  EXPECT_EQ(runner_.features[0].train_per_class, 24);
  runner_.smallest_class = 6;
  const Status checked = CheckPictures(FindExperiments("caltech")->front(), reproduction_, runner_);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("a category has 6 pictures only"));
}

TEST(Experiments, EachDataSetGoesToThoseThatCanUseIt) {
  const std::vector<std::string> one = {"cifar10:a", "images:b"},
                                 two = {"imagenet:a", "images:b", "svhn:c"},
                                 pictures = {"images:a", "images:b"}, alone = {"images:a"};
  EXPECT_THAT(SmallSets(one), ElementsAre("cifar10:a"));
  EXPECT_THAT(SmallSets(two), ElementsAre("svhn:c"));
  EXPECT_EQ(SmallSets(alone), alone);
  EXPECT_EQ(LargeSet(one), std::nullopt);
  EXPECT_EQ(LargeSet(two), "imagenet:a");
  EXPECT_EQ(LargeSet(pictures), "images:a");
  EXPECT_EQ(LargeSet(alone), "images:a");
  EXPECT_EQ(CaltechTrainingSet(one), "cifar10:a");
  EXPECT_EQ(CaltechTrainingSet(two), "imagenet:a");
  EXPECT_EQ(CaltechTrainingSet(pictures), "images:a");
  EXPECT_EQ(Categories(pictures), "images:b");
  EXPECT_EQ(CaltechTrainingSet(alone), std::nullopt);
}

TEST(Experiments, NameOnlyKindsOfDataSetsThatThereAre) {
  for (const PaperDataSet& set : PaperDataSets()) {
    ASSERT_NE(FindDataKind(set.kind), nullptr) << set.kind;
    EXPECT_TRUE(FindDataKind(set.kind)->counts.has_value()) << set.kind;
  }
  for (const Experiment& experiment : Experiments()) {
    if (experiment.small()) continue;
    ASSERT_NE(FindDataKind(experiment.needs), nullptr) << experiment.name;
    EXPECT_TRUE(FindDataKind(experiment.needs)->pictures()) << experiment.name;
  }
}

TEST_F(ReproduceTest, ExperimentsOnImageFoldersSayWhatTheyNeed) {
  for (const auto& [name, option] :
       {std::pair{"table3", "--data imagenet:DIR"}, {"caltech", "--data images:DIR"}}) {
    const auto findings = Reproduce(FindExperiments(name)->front(), reproduction_, runner_);
    ASSERT_FALSE(findings);
    EXPECT_EQ(findings.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(findings.error().message, HasSubstr(option));
  }
  reproduction_.large_data = {"images:/z"};
  const auto findings = Reproduce(FindExperiments("caltech")->front(), reproduction_, runner_);
  ASSERT_FALSE(findings);
  EXPECT_THAT(findings.error().message, HasSubstr("--weights FILE"));
}

TEST(Experiments, AnUnknownNameListsTheKnownOnes) {
  const auto found = FindExperiments("table9");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("'table9' is no experiment"));
  EXPECT_THAT(found.error().message, HasSubstr("figure3"));
  EXPECT_EQ(FindExperiments("all")->size(), Experiments().size());
}

}  // namespace
}  // namespace genet
