#include "genet/settings/run_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "genet/network/network.h"

namespace genet {
namespace {

using testing::HasSubstr;

TEST(Presets, HaveTheWeightDecayThatWasMeasuredForThem) {
  EXPECT_EQ(Preset("iccv")->training.weight_decay, 2e-3);
  EXPECT_EQ(Preset("quick")->training.weight_decay, 5e-4);
}

TEST(Preset, StartsFullyConnectedWeightsSmallWhereHiddenUnitsCouldDie) {
  for (const PresetDescription& one : Presets()) {
    const RunSettings settings = *Preset(one.name);
    const Network network = *BuildNetwork(settings.base, Genome(settings.space),
                                          one.name == "arxiv-mnist" ? Shape{1, 28, 28}
                                          : one.name == "imagenet"  ? Shape{3, 224, 224}
                                                                    : Shape{3, 32, 32});
    bool hidden = false;
    for (const Layer& layer : network.layers) hidden = hidden || layer.operation.relu;
    EXPECT_EQ(settings.training.fc_deviation, hidden ? 0.01 : 0) << one.name;
  }
}

TEST(Presets, AllCanBeMadeAndReadBackFromJson) {
  ASSERT_FALSE(Presets().empty());
  for (const PresetDescription& preset : Presets()) {
    const auto settings = Preset(preset.name);
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_EQ(settings->base.stages(), settings->space.stages()) << preset.name;
    EXPECT_FALSE(preset.summary.empty());
    const nlohmann::json json = ToJson(*settings);
    const auto back = RunSettingsFromJson(nlohmann::json::parse(json.dump()));
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(ToJson(*back), json);
  }
}

TEST(Presets, AnUnknownNameIsAnErrorThatListsTheNames) {
  const auto settings = Preset("icvc");
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().kind, ErrorKind::kUsage);
  for (const PresetDescription& preset : Presets()) {
    EXPECT_THAT(settings.error().message, HasSubstr(preset.name));
  }
}

TEST(Presets, IccvIsThePapersSearch) {
  const RunSettings iccv = *Preset("iccv");
  EXPECT_EQ(ToString(iccv.base),
            "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10");
  EXPECT_EQ(iccv.training.epochs(), 240);
  EXPECT_EQ(iccv.search.population, 20);
  EXPECT_EQ(iccv.search.generations, 50);
}

// Section 4.3: "156M" weights.
TEST(Presets, Genet1OnImagenetHasThePapersNumberOfWeights) {
  const RunSettings imagenet = *Preset("imagenet");
  const auto network =
      BuildNetwork(imagenet.base, *NamedGenome("genet-1", imagenet.space), {3, 224, 224}, 1000);
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_NEAR(static_cast<double>(network->weights()), 156.04e6, 0.01e6);
}

// Section 4.2: 39 convolutions and one fully-connected layer on the longest path.
TEST(Presets, Wrn40StartsAroundANetworkOf40Layers) {
  const RunSettings wrn = *Preset("wrn-40");
  const auto network = BuildNetwork(wrn.base, *NamedGenome("wrn-40", wrn.space), {3, 32, 32}, 10);
  ASSERT_TRUE(network) << network.error().message;
  EXPECT_EQ(network->convolutions(), 39);
  EXPECT_EQ(network->depth(), 40);
  EXPECT_EQ(wrn.search.around_genome, "wrn-40");
  EXPECT_EQ(wrn.search.around_flips, 3);
  EXPECT_EQ(wrn.search.population, 10);
  EXPECT_EQ(wrn.search.generations, 5);
  EXPECT_TRUE(CheckSettings(wrn));
}

TEST(Presets, ImagenetIsTrainedAsVggWas) {
  const RunSettings imagenet = *Preset("imagenet");
  EXPECT_EQ(imagenet.training.batch, 256);
  EXPECT_EQ(imagenet.training.images_at_once(), 16);
  EXPECT_TRUE(imagenet.training.augment_shift && imagenet.training.augment_mirror);
  EXPECT_EQ(imagenet.training.epochs(), 74);
}

TEST(RunSettings, JsonIsReadStrictly) {
  const nlohmann::json good = ToJson(*Preset("quick"));
  for (const char* part : {"", "training", "search"}) {
    const nlohmann::json& object = *part ? good[part] : good;
    for (const auto& [key, value] : object.items()) {
      nlohmann::json missing = good;
      (*part ? missing[part] : missing).erase(key);
      const auto read = RunSettingsFromJson(missing);
      ASSERT_FALSE(read) << part << " " << key;
    }
    nlohmann::json unknown = good;
    (*part ? unknown[part] : unknown)["popultion"] = 3;
    const auto read = RunSettingsFromJson(unknown);
    ASSERT_FALSE(read) << part;
    EXPECT_THAT(read.error().message, HasSubstr("popultion"));
  }
  EXPECT_FALSE(RunSettingsFromJson(nlohmann::json::array()));
}

TEST(RunSettings, NumbersOutsideTheirLimitsAreErrors) {
  const nlohmann::json good = ToJson(*Preset("quick"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::pair<std::string, nlohmann::json>> wrong = {
      {"/train_images", -1},
      {"/train_images", 1.5},
      {"/validation_images", 0},
      {"/validation_images", -5},
      {"/seed", -1},
      {"/record_test_accuracy", 1},
      {"/data", ""},
      {"/arithmetic", "exact"},
      {"/nodes", "3,4"},
      {"/training/batch", 0},
      {"/training/batch", 65537},
      {"/training/batch", 4294967424},  // 128 in 32 bits
      {"/training/batch", "128"},
      {"/training/micro_batch", -1},
      {"/training/micro_batch", 65537},
      {"/training/momentum", 1},
      {"/training/momentum", nan},
      {"/training/weight_decay", -1e-4},
      {"/training/schedule", "0@1"},
      {"/search/population", 0},
      {"/search/generations", -1},
      {"/search/generations", 2.5},
      {"/search/mutation_probability", 1.01},
      {"/search/bit_flip_probability", -0.1},
      {"/search/crossover_probability", nan},
      {"/search/stage_swap_probability", true},
      {"/search/around_flips", -1},
      {"/search/start", "around"},  // without a genome
  };
  for (const auto& [pointer, value] : wrong) {
    nlohmann::json json = good;
    json[nlohmann::json::json_pointer(pointer)] = value;
    const auto read = RunSettingsFromJson(json);
    ASSERT_FALSE(read) << pointer << " " << value;
    EXPECT_THAT(read.error().message, testing::StartsWith("settings")) << pointer;
    EXPECT_THAT(read.error().message, testing::Not(HasSubstr("\n")));
  }
}

TEST(RunSettings, TheCpuEngineLeavesTheirJsonAsItWasBeforeThereWasAnother) {
  const nlohmann::json json = ToJson(*Preset("quick"));
  EXPECT_FALSE(json.contains("engine"));
  EXPECT_EQ(RunSettingsFromJson(json)->engine.name, "cpu");
}

TEST(RunSettings, MicroBatchesLeaveTheJsonOfRunsWithoutThemAsItWas) {
  RunSettings settings = *Preset("quick");
  EXPECT_FALSE(ToJson(settings)["training"].contains("micro_batch"));
  EXPECT_EQ(RunSettingsFromJson(ToJson(settings))->training.images_at_once(), 32);
  settings.training.micro_batch = 8;
  EXPECT_EQ(RunSettingsFromJson(ToJson(settings))->training.images_at_once(), 8);
  settings.training.micro_batch = 100;
  EXPECT_EQ(settings.training.images_at_once(), 32);
}

TEST(RunSettings, AnotherEngineReadsBackAndIsReadStrictly) {
  RunSettings settings = *Preset("quick");
  settings.engine = {.name = "torch", .channels_last = true, .bfloat16 = true};
  const nlohmann::json good = ToJson(settings);
  const auto back = RunSettingsFromJson(good);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(ToJson(*back), good);
  for (const auto& [key, value] : good["engine"].items()) {
    nlohmann::json missing = good, wrong = good;
    missing["engine"].erase(key);
    EXPECT_FALSE(RunSettingsFromJson(missing)) << key;
    wrong["engine"][key] = 1;
    EXPECT_FALSE(RunSettingsFromJson(wrong)) << key;
  }
  for (const char* name : {"cpu", "gpu"}) {  // cpu has no such settings
    nlohmann::json wrong = good;
    wrong["engine"]["name"] = name;
    EXPECT_FALSE(RunSettingsFromJson(wrong)) << name;
  }
}

TEST(RunSettings, AnErrorSaysWhatANumberMayBe) {
  nlohmann::json json = ToJson(*Preset("quick"));
  json["training"]["batch"] = 0;
  EXPECT_EQ(RunSettingsFromJson(json).error().message,
            "settings, training: batch is 0, not a whole number from 1 to 65536");
  json["training"]["batch"] = 32;
  json["training"]["momentum"] = 1.5;
  EXPECT_EQ(RunSettingsFromJson(json).error().message,
            "settings, training: momentum is 1.5, not a number from 0 to below 1");
}

TEST(RunSettings, NumbersReadBackToTheSameBits) {
  RunSettings settings = *Preset("quick");
  settings.seed = UINT64_MAX;
  settings.training.momentum = 0.1 + 0.2;
  const auto back = RunSettingsFromJson(nlohmann::json::parse(ToJson(settings).dump()));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->seed, UINT64_MAX);
  EXPECT_EQ(back->training.momentum, 0.1 + 0.2);
}

}  // namespace
}  // namespace genet
