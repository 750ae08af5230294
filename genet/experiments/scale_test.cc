#include "genet/experiments/scale.h"

#include <gmock/gmock.h>

#include "genet/experiments/estimate.h"

namespace genet {
namespace {

using ::testing::HasSubstr;

TEST(Scale, PaperIsThePapers) {
  const Scale scale = *FindScale("paper");
  const RunSettings settings = *SettingsOf(scale.search, "synthetic", 3);
  RunSettings preset = *Preset("iccv");
  preset.seed = 3;
  EXPECT_EQ(ToJson(settings), ToJson(preset));
  const RunSettings transfer = *SettingsOf(scale.transfer, "transfer", "cifar10:x", 1);
  EXPECT_EQ(ToString(transfer.base), ToString(Preset("transfer")->base));
  EXPECT_EQ(transfer.training.epochs(), 240);
  EXPECT_EQ(transfer.train_images, 0u);
}

TEST(Scale, AnUnknownNameListsTheKnownOnes) {
  const auto found = FindScale("week");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("paper, day, hour, smoke"));
}

TEST(Scale, WhatIsOverriddenIsSaid) {
  ScaleOverrides overrides;
  overrides.population = 4;
  overrides.train_images = 256;
  const Scale scale = Override(*FindScale("smoke"), overrides);
  EXPECT_EQ(scale.Name(), "smoke with population 4, training images 256");
  EXPECT_EQ(scale.search.population, 4);
  EXPECT_EQ(scale.wrn.population, 4);
  EXPECT_EQ(scale.transfer.train_images, 256u);
  EXPECT_EQ(FindScale("smoke")->Name(), "smoke");
}

TEST(Scale, AnotherEngineIsThatOfAllItsTrainingsAndIsSaid) {
  ScaleOverrides overrides;
  overrides.engine = EngineSettings{.name = "torch", .bfloat16 = true};
  const Scale scale = Override(*FindScale("smoke"), overrides);
  EXPECT_EQ(scale.Name(), "smoke with engine torch, bfloat16");
  EXPECT_EQ(SettingsOf(scale.search, "synthetic", 1)->engine.name, "torch");
  EXPECT_EQ(SettingsOf(scale.wrn, "synthetic", 1)->engine.name, "torch");
  EXPECT_TRUE(SettingsOf(scale.transfer, "transfer", "synthetic", 1)->engine.bfloat16);
  EXPECT_TRUE(SettingsOf(scale.large, "synthetic", 1)->engine.bfloat16);
}

TEST(Estimate, CountsRoundsOfGenerationsAndSharesRuns) {
  int timed = 0;
  CostModel model(
      [&timed](const Workload&, int) -> Result<double> {
        ++timed;
        return 0.001;
      },
      4);
  const Scale scale = *FindScale("paper");
  const auto table1 = *WorkloadsOf(FindExperiments("table1")->front(), scale);
  // 51 generations of 20, 240 epochs of 40,000 images.
  const double training = 240 * 40000 * 0.001;
  EXPECT_DOUBLE_EQ(*model.Seconds(table1, 1), 51 * 20 * training);
  // 3 workers need 7 turns a generation.
  EXPECT_DOUBLE_EQ(*model.Seconds(table1, 3), 51 * 7 * training);
  auto both = table1;
  const auto figure3 = *WorkloadsOf(FindExperiments("figure3")->front(), scale);
  both.insert(both.end(), figure3.begin(), figure3.end());
  EXPECT_DOUBLE_EQ(*model.Seconds(both, 1), 2 * 51 * 20 * training);
  // 5 workers need 4 turns and share 4 cores.
  EXPECT_DOUBLE_EQ(*model.Seconds(table1, 5), 51 * 4 * training * 5 / 4);
  // Table 2's 5 networks a data set keep no more than 5 workers.
  const auto table2 = *WorkloadsOf(FindExperiments("table2")->front(), scale);
  EXPECT_DOUBLE_EQ(*model.Seconds(table2, 8), *model.Seconds(table2, 5));
  EXPECT_EQ(timed, 5);  // one kind of network at 1, 3, 5 workers; another at 8 and 5
}

TEST(Estimate, MeasuresAStepOnThisMachine) {
  const auto workloads = *WorkloadsOf(FindExperiments("table1")->front(), *FindScale("smoke"));
  const auto seconds = MeasureStep(workloads[0], 1, 0.01);
  ASSERT_TRUE(seconds) << seconds.error().message;
  EXPECT_GT(*seconds, 1e-6);
  EXPECT_LT(*seconds, 1);
}

}  // namespace
}  // namespace genet
