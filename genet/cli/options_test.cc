#include "genet/cli/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace genet::cli {
namespace {

using ::testing::HasSubstr;

GivenOptions Flags(std::initializer_list<std::pair<const char*, const char*>> flags) {
  GivenOptions given;
  for (const auto& [name, text] : flags) given[name] = {text, std::string("--") + name};
  return given;
}

std::string MessageOf(const auto& result) {
  return result.has_value() ? std::string("no error") : result.error().message;
}

TEST(Options, EveryOptionReadsBackWhatItPrints) {
  for (const PresetDescription& preset : Presets()) {
    const Result<RunSettings> settings = Preset(preset.name);
    ASSERT_TRUE(settings) << MessageOf(settings);
    for (const RunOption& option : RunOptions()) {
      RunSettings copy = *settings;
      const std::string text = option.get(copy);
      const Status status = option.set(copy, text);
      ASSERT_TRUE(status) << option.name << ": " << MessageOf(status);
      EXPECT_EQ(option.get(copy), text) << option.name;
      EXPECT_EQ(ToJson(copy), ToJson(*settings)) << option.name;
    }
  }
}

TEST(Options, OptionsTogetherCoverAllSettings) {
  // Settings that start from another preset become equal by the options alone.
  RunSettings target = *Preset("arxiv-mnist");
  target.record_test_accuracy = true;
  target.training.augment_mirror = true;
  target.engine = {.name = "torch", .channels_last = true, .bfloat16 = true};
  target.search.around_genome = "all-ones";
  target.search.around_flips = 2;
  target.search.start = SearchSettings::Start::kAround;
  RunSettings settings = *Preset("iccv");
  for (const RunOption& option : RunOptions()) {
    ASSERT_TRUE(option.set(settings, option.get(target))) << option.name;
  }
  settings.preset = target.preset;
  EXPECT_EQ(ToJson(settings), ToJson(target));
}

TEST(Options, BadValuesAreRefused) {
  RunSettings settings = *Preset("iccv");
  for (const auto& [name, text] : std::vector<std::pair<std::string, std::string>>{
           {"batch", "0"},          {"batch", "12x"},
           {"population", "-3"},    {"seed", "-1"},
           {"momentum", "1"},       {"mutation-probability", "1.5"},
           {"record-test", "yes"},  {"start", "around:x"},
           {"start", "around:"},    {"strategy", "annealed"},
           {"weight-decay", "nan"}, {"generations", ""},
           {"nodes", "3,,5"},       {"base", "C3@"},
           {"schedule", "10"},      {"arithmetic", "fast"},
           {"engine", "gpu"},       {"bfloat16", "1"},
           {"fitness", "best"},     {"data", ""}}) {
    EXPECT_FALSE(FindRunOption(name)->set(settings, text)) << name << " " << text;
  }
}

TEST(Options, FlagsWinOverConfigAndConfigOverPreset) {
  const Result<GivenOptions> config =
      ParseConfig("preset = \"arxiv-mnist\"\nbatch = 64\nmomentum = 0.5\n", "my.toml");
  ASSERT_TRUE(config) << MessageOf(config);
  const Result<RunSettings> settings = ResolveSettings(*config, Flags({{"batch", "32"}}));
  ASSERT_TRUE(settings) << MessageOf(settings);
  EXPECT_EQ(settings->preset, "arxiv-mnist");
  EXPECT_EQ(settings->space.nodes, (std::vector<int>{3, 5}));
  EXPECT_EQ(settings->training.batch, 32);
  EXPECT_EQ(settings->training.momentum, 0.5);
}

TEST(Options, ErrorsNameTheFlagOrTheLine) {
  EXPECT_THAT(MessageOf(ResolveSettings({}, Flags({{"batch", "no"}}))), HasSubstr("--batch: 'no'"));
  const Result<GivenOptions> config = ParseConfig("\nbatch = -1\n", "my.toml");
  ASSERT_TRUE(config);
  EXPECT_THAT(MessageOf(ResolveSettings(*config, {})), HasSubstr("my.toml:2: batch: '-1'"));
}

TEST(Options, StagesMustFitTheBaseNetwork) {
  EXPECT_THAT(MessageOf(ResolveSettings({}, Flags({{"nodes", "3,4"}}))), HasSubstr("3 stage(s)"));
}

TEST(Options, SettingsOfAnotherEngineAreRefused) {
  EXPECT_TRUE(ResolveSettings({}, Flags({{"engine", "torch"}, {"bfloat16", "true"}})));
  EXPECT_THAT(MessageOf(ResolveSettings({}, Flags({{"channels-last", "true"}}))),
              HasSubstr("channels-last is a setting of engine torch"));
  EXPECT_THAT(
      MessageOf(ResolveSettings({}, Flags({{"engine", "torch"}, {"arithmetic", "direct"}}))),
      HasSubstr("arithmetic direct is a setting of engine cpu"));
}

TEST(Config, AnUnknownKeyNamesFileLineAndNearestKey) {
  EXPECT_THAT(MessageOf(ParseConfig("seed = 1\nmutation_probabilty = 0.8\n", "my.toml")),
              HasSubstr("my.toml:2: unknown key 'mutation_probabilty'; did you mean "
                        "'mutation_probability'?"));
  EXPECT_THAT(MessageOf(ParseConfig("[search]\npopulation = 3\n", "my.toml")),
              HasSubstr("my.toml:1: unknown key 'search'"));
}

TEST(Config, ASyntaxErrorNamesFileAndLine) {
  const Result<GivenOptions> config = ParseConfig("seed = 1\nbatch = = 3\n", "my.toml");
  EXPECT_THAT(MessageOf(config), HasSubstr("my.toml:2: "));
  EXPECT_EQ(config.error().kind, ErrorKind::kUsage);
}

TEST(Config, ListsAndNumbersMeanWhatFlagsMean) {
  const Result<GivenOptions> config = ParseConfig(
      "nodes = [3, 4, 5]\nschedule = [\"2@1e-2\", \"1@1e-3\"]\nweight_decay = 5e-4\n"
      "record_test = true\n",
      "my.toml");
  ASSERT_TRUE(config) << MessageOf(config);
  const Result<RunSettings> settings = ResolveSettings(*config, {});
  ASSERT_TRUE(settings) << MessageOf(settings);
  EXPECT_EQ(settings->space.nodes, (std::vector<int>{3, 4, 5}));
  EXPECT_EQ(settings->training.epochs(), 3);
  EXPECT_EQ(settings->training.weight_decay, 5e-4);
  EXPECT_TRUE(settings->record_test_accuracy);
}

TEST(Config, SettingsReadBackFromTheirConfigText) {
  RunSettings settings = *Preset("arxiv-mnist");
  settings.data = "mnist:/a folder/with \"quotes\" and \\";
  settings.training.augment_mirror = true;
  const Result<GivenOptions> config = ParseConfig(ConfigText(settings), "my.toml");
  ASSERT_TRUE(config) << MessageOf(config);
  const Result<RunSettings> read = ResolveSettings(*config, {});
  ASSERT_TRUE(read) << MessageOf(read);
  EXPECT_EQ(ToJson(*read), ToJson(settings));
}

TEST(Resume, TheStoredSettingsStand) {
  const RunSettings stored = *ResolveSettings({}, Flags({{"seed", "7"}, {"batch", "32"}}));
  const Result<RunSettings> same = ResumeSettings(stored, {}, {});
  ASSERT_TRUE(same);
  EXPECT_EQ(ToJson(*same), ToJson(stored));
  EXPECT_TRUE(ResumeSettings(stored, {}, Flags({{"seed", "7"}, {"preset", "iccv"}})));
}

TEST(Resume, AConflictNamesTheSetting) {
  const RunSettings stored = *ResolveSettings({}, Flags({{"seed", "7"}}));
  EXPECT_THAT(MessageOf(ResumeSettings(stored, {}, Flags({{"seed", "8"}}))),
              HasSubstr("--seed: the run was started with seed '7', not '8'"));
  EXPECT_THAT(MessageOf(ResumeSettings(stored, {}, Flags({{"preset", "arxiv-mnist"}}))),
              HasSubstr("--preset"));
}

TEST(Resume, TheEngineStaysWhatItWas) {
  const RunSettings cpu = *ResolveSettings({}, {});
  EXPECT_TRUE(ResumeSettings(cpu, {}, Flags({{"engine", "cpu"}})));
  EXPECT_THAT(MessageOf(ResumeSettings(cpu, {}, Flags({{"engine", "torch"}}))),
              HasSubstr("--engine: the run was started with engine 'cpu', not 'torch'"));
  const RunSettings torch = *ResolveSettings({}, Flags({{"engine", "torch"}}));
  EXPECT_EQ(ResumeSettings(torch, {}, {})->engine.name, "torch");
  EXPECT_THAT(MessageOf(ResumeSettings(torch, {}, Flags({{"bfloat16", "true"}}))),
              HasSubstr("--bfloat16: the run was started with bfloat16 'false', not 'true'"));
}

TEST(Resume, OnlyGenerationsMayGrow) {
  const RunSettings stored = *ResolveSettings({}, Flags({{"generations", "5"}}));
  const Result<RunSettings> more = ResumeSettings(stored, {}, Flags({{"generations", "9"}}));
  ASSERT_TRUE(more) << MessageOf(more);
  EXPECT_EQ(more->search.generations, 9);
  EXPECT_THAT(MessageOf(ResumeSettings(stored, {}, Flags({{"generations", "4"}}))),
              HasSubstr("may only grow"));
}

TEST(Nearest, FindsWhatWasMeantAndNothingElse) {
  EXPECT_EQ(Nearest("bach", {"batch", "base"}), "batch");
  EXPECT_EQ(Nearest("zzzzzz", {"batch", "base"}), "");
}

TEST(Duration, UnitsAreSecondsMinutesAndHours) {
  EXPECT_EQ(*ParseDuration("--time-limit", "90"), 90);
  EXPECT_EQ(*ParseDuration("--time-limit", "90s"), 90);
  EXPECT_EQ(*ParseDuration("--time-limit", "15m"), 900);
  EXPECT_EQ(*ParseDuration("--time-limit", "1.5h"), 5400);
  for (const char* bad : {"", "h", "-1", "0", "1d", "inf"})
    EXPECT_FALSE(ParseDuration("--time-limit", bad)) << bad;
}

}  // namespace
}  // namespace genet::cli
