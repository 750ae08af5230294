#include "genet/execution/run_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genet/network/network.h"

namespace genet {
namespace {

using testing::HasSubstr;

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
