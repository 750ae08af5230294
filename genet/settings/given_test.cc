#include "genet/settings/given.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genet/settings/config_file.h"
#include "genet/settings/json.h"

namespace genet {
namespace {

using ::testing::HasSubstr;

GivenSettings Flags(std::initializer_list<std::pair<const char*, const char*>> flags) {
  GivenSettings given;
  for (const auto& [name, text] : flags) given[name] = {text, std::string("--") + name};
  return given;
}

std::string MessageOf(const auto& result) {
  return result.has_value() ? std::string("no error") : result.error().message;
}

TEST(ResolveSettings, FlagsWinOverConfigAndConfigOverPreset) {
  const auto config =
      ParseConfig("preset = \"arxiv-mnist\"\nbatch = 64\nmomentum = 0.5\n", "my.toml");
  ASSERT_TRUE(config) << MessageOf(config);
  const auto settings = ResolveSettings(*config, Flags({{"batch", "32"}}));
  ASSERT_TRUE(settings) << MessageOf(settings);
  EXPECT_EQ(settings->preset, "arxiv-mnist");
  EXPECT_EQ(settings->space.nodes, (std::vector<int>{3, 5}));
  EXPECT_EQ(settings->training.batch, 32);
  EXPECT_EQ(settings->training.momentum, 0.5);
  EXPECT_EQ(ResolveSettings(*config, Flags({{"preset", "smoke"}}))->preset, "smoke");
}

TEST(ResolveSettings, ErrorsNameTheFlagOrTheLine) {
  EXPECT_THAT(MessageOf(ResolveSettings({}, Flags({{"batch", "no"}}))), HasSubstr("--batch: 'no'"));
  const auto config = ParseConfig("\nbatch = -1\n", "my.toml");
  ASSERT_TRUE(config);
  EXPECT_THAT(MessageOf(ResolveSettings(*config, {})), HasSubstr("my.toml:2: batch: '-1'"));
  EXPECT_THAT(MessageOf(ResolveSettings({}, Flags({{"preset", "icvc"}}))),
              HasSubstr("--preset: preset 'icvc' is unknown"));
}

TEST(ResolveSettings, StagesMustFitTheBaseNetwork) {
  EXPECT_THAT(MessageOf(ResolveSettings({}, Flags({{"nodes", "3,4"}}))), HasSubstr("3 stage(s)"));
}

TEST(ResolveSettings, SettingsOfAnotherEngineAreRefused) {
  EXPECT_TRUE(ResolveSettings({}, Flags({{"engine", "torch"}, {"bfloat16", "true"}})));
  EXPECT_THAT(MessageOf(ResolveSettings({}, Flags({{"channels-last", "true"}}))),
              HasSubstr("channels-last is a setting of engine torch"));
  EXPECT_THAT(
      MessageOf(ResolveSettings({}, Flags({{"engine", "torch"}, {"arithmetic", "direct"}}))),
      HasSubstr("arithmetic direct is a setting of engine cpu"));
}

TEST(ResumeSettings, TheStoredSettingsStand) {
  const RunSettings stored = *ResolveSettings({}, Flags({{"seed", "7"}, {"batch", "32"}}));
  const auto same = ResumeSettings(stored, {}, {});
  ASSERT_TRUE(same);
  EXPECT_EQ(ToJson(*same), ToJson(stored));
  EXPECT_TRUE(ResumeSettings(stored, {}, Flags({{"seed", "7"}, {"preset", "iccv"}})));
}

TEST(ResumeSettings, AConflictNamesTheSetting) {
  const RunSettings stored = *ResolveSettings({}, Flags({{"seed", "7"}}));
  EXPECT_EQ(MessageOf(ResumeSettings(stored, {}, Flags({{"seed", "8"}}))),
            "--seed: the run was started with seed '7', not '8'; leave it out, or use another run "
            "folder");
  EXPECT_EQ(MessageOf(ResumeSettings(stored, {}, Flags({{"preset", "arxiv-mnist"}}))),
            "--preset: the run was started with preset 'iccv', not 'arxiv-mnist'; leave it out, or "
            "use another run folder");
}

TEST(ResumeSettings, TheEngineStaysWhatItWas) {
  const RunSettings cpu = *ResolveSettings({}, {});
  EXPECT_TRUE(ResumeSettings(cpu, {}, Flags({{"engine", "cpu"}})));
  EXPECT_THAT(MessageOf(ResumeSettings(cpu, {}, Flags({{"engine", "torch"}}))),
              HasSubstr("--engine: the run was started with engine 'cpu', not 'torch'"));
  const RunSettings torch = *ResolveSettings({}, Flags({{"engine", "torch"}}));
  EXPECT_EQ(ResumeSettings(torch, {}, {})->engine.name, "torch");
  EXPECT_THAT(MessageOf(ResumeSettings(torch, {}, Flags({{"bfloat16", "true"}}))),
              HasSubstr("--bfloat16: the run was started with bfloat16 'false', not 'true'"));
}

TEST(ResumeSettings, OnlyGenerationsMayGrow) {
  const RunSettings stored = *ResolveSettings({}, Flags({{"generations", "5"}}));
  const auto more = ResumeSettings(stored, {}, Flags({{"generations", "10"}}));
  ASSERT_TRUE(more) << MessageOf(more);
  EXPECT_EQ(more->search.generations, 10);
  EXPECT_EQ(MessageOf(ResumeSettings(stored, {}, Flags({{"generations", "4"}}))),
            "--generations: the run was started with 5 generations, and their number may only "
            "grow");
  EXPECT_FALSE(ResumeSettings(stored, {}, Flags({{"population", "21"}})));
}

}  // namespace
}  // namespace genet
