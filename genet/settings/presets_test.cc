#include "genet/settings/presets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genet/network/network.h"
#include "genet/settings/json.h"

namespace genet {
namespace {

using testing::HasSubstr;

TEST(Presets, HaveTheWeightDecayThatWasMeasuredForThem) {
  EXPECT_EQ(Preset("iccv")->training.weight_decay, 2e-3);
  EXPECT_EQ(Preset("quick")->training.weight_decay, 5e-4);
}

TEST(Presets, StartFullyConnectedWeightsSmallWhereHiddenUnitsCouldDie) {
  for (const PresetDescription& one : Presets()) {
    const RunSettings settings = *Preset(one.name);
    const Network network = *BuildNetwork(settings.base, Genome(settings.space), one.input);
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

TEST(Presets, SayForWhatImagesTheyAre) {
  for (const PresetDescription& preset : Presets()) {
    const RunSettings settings = *Preset(preset.name);
    const auto network = BuildNetwork(settings.base, Genome(settings.space), preset.input);
    EXPECT_TRUE(network) << preset.name << ": " << network.error().message;
  }
}

}  // namespace
}  // namespace genet
