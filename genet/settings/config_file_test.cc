#include "genet/settings/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genet/settings/json.h"
#include "genet/settings/presets.h"

namespace genet {
namespace {

using ::testing::HasSubstr;

std::string MessageOf(const auto& result) {
  return result.has_value() ? std::string("no error") : result.error().message;
}

TEST(ConfigFile, AnUnknownKeyNamesFileLineAndNearestKey) {
  EXPECT_THAT(MessageOf(ParseConfig("seed = 1\nmutation_probabilty = 0.8\n", "my.toml")),
              HasSubstr("my.toml:2: unknown key 'mutation_probabilty'; did you mean "
                        "'mutation_probability'?"));
  EXPECT_THAT(MessageOf(ParseConfig("[search]\npopulation = 3\n", "my.toml")),
              HasSubstr("my.toml:1: unknown key 'search'"));
  EXPECT_THAT(MessageOf(ParseConfig("weight-decay = 1\n", "my.toml")),
              HasSubstr("did you mean 'weight_decay'?"));
}

TEST(ConfigFile, ASyntaxErrorNamesFileAndLine) {
  const auto config = ParseConfig("seed = 1\nbatch = = 3\n", "my.toml");
  EXPECT_THAT(MessageOf(config), HasSubstr("my.toml:2: "));
  EXPECT_EQ(config.error().kind, ErrorKind::kUsage);
}

TEST(ConfigFile, ListsAndNumbersMeanWhatFlagsMean) {
  const auto config = ParseConfig(
      "nodes = [3, 4, 5]\nschedule = [\"2@1e-2\", \"1@1e-3\"]\nweight_decay = 5e-4\n"
      "record_test = true\n",
      "my.toml");
  ASSERT_TRUE(config) << MessageOf(config);
  const auto settings = ResolveSettings(*config, {});
  ASSERT_TRUE(settings) << MessageOf(settings);
  EXPECT_EQ(settings->space.nodes, (std::vector<int>{3, 4, 5}));
  EXPECT_EQ(settings->training.epochs(), 3);
  EXPECT_EQ(settings->training.weight_decay, 5e-4);
  EXPECT_TRUE(settings->record_test_accuracy);
  EXPECT_THAT(MessageOf(ParseConfig("nodes = [[3]]", "my.toml")), HasSubstr("list within a list"));
}

TEST(ConfigFile, SettingsReadBackFromTheirText) {
  RunSettings settings = *Preset("arxiv-mnist");
  settings.data = "mnist:/a folder/with \"quotes\", \\ and\na line's end\x7f";
  settings.seed = UINT64_MAX;  // more than TOML's numbers hold
  settings.training.momentum = 0.1 + 0.2;
  settings.training.augment_mirror = true;
  const auto config = ParseConfig(ConfigText(settings), "my.toml");
  ASSERT_TRUE(config) << MessageOf(config);
  const auto read = ResolveSettings(*config, {});
  ASSERT_TRUE(read) << MessageOf(read);
  EXPECT_EQ(ToJson(*read), ToJson(settings));
}

TEST(ConfigFile, IsPlainToRead) {
  const std::string text = ConfigText(*Preset("iccv"));
  EXPECT_THAT(text, testing::StartsWith("preset = \"iccv\"\ndata = \"synthetic\"\n"));
  EXPECT_THAT(text, HasSubstr("\nnodes = \"3,4,5\"\n"));
  EXPECT_THAT(text, HasSubstr("\nseed = 1\n"));
  EXPECT_THAT(text, HasSubstr("\nweight_decay = 0.002\n"));
  EXPECT_THAT(text, HasSubstr("\nrecord_test = false\n"));
}

TEST(ConfigFile, AFileThatCannotBeReadIsAUsageError) {
  const auto config = ReadConfig("/no/such/file.toml");
  EXPECT_THAT(MessageOf(config), testing::StartsWith("--config: "));
  EXPECT_EQ(config.error().kind, ErrorKind::kUsage);
}

}  // namespace
}  // namespace genet
