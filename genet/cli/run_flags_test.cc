#include "genet/cli/run_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/cli/command.h"
#include "genet/settings/setting_list.h"

namespace genet::cli {
namespace {

using ::testing::HasSubstr;

// Flags of a command of this name, after these arguments were read.
class Parsed {
 public:
  Parsed(const std::string& command, std::vector<std::string> arguments,
         const GivenSettings& own = {})
      : app_("", command) {
    flags.AddTo(app_, own);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
    app_.parse(arguments);
  }
  RunFlags flags;

 private:
  CLI::App app_;
};

TEST(RunFlags, EveryCommandThatASettingNamesTakesIt) {
  CLI::App root;
  std::vector<Command> commands;
  for (auto* add : {AddSearchCommand, AddTrainCommand, AddTransferCommand, AddBenchCommand,
                    AddShowCommand, AddReproduceCommand, AddEvaluateCommand, AddFeaturesCommand}) {
    commands.push_back(add(root));
  }
  for (const Setting& setting : Settings()) {
    CommandNames takers = setting.commands;
    if (!setting.scale_help.empty()) takers.insert("reproduce");
    for (const std::string& taker : takers) {
      const CLI::App* command = root.get_subcommand(taker);
      EXPECT_NE(command->get_option_no_throw("--" + setting.name), nullptr)
          << taker << " --" << setting.name;
    }
  }
}

TEST(RunFlags, ACommandTakesNoOtherSetting) {
  EXPECT_THROW(Parsed("show", {"--batch", "3"}), CLI::ParseError);
  EXPECT_THROW(Parsed("train", {"--population", "3"}), CLI::ParseError);
}

TEST(RunFlags, AConfigFileMayNameEverySettingAndFlagsWinOverIt) {
  const ScratchFolder folder;
  const std::string config = (folder / "my.toml").string();
  Put(config, "population = 7\nbatch = 8\naugment_shift = true\n");
  const Parsed parsed("train", {"--config", config, "--batch", "9", "--augment-mirror"});
  const auto settings = parsed.flags.Resolve();
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(settings->search.population, 7);
  EXPECT_EQ(settings->training.batch, 9);
  EXPECT_TRUE(settings->training.augment_shift && settings->training.augment_mirror);
  EXPECT_FALSE(Parsed("train", {"--config", "/no/such/file"}).flags.Resolve());
}

TEST(RunFlags, ACommandsOwnDefaultsAreOverriddenByFlags) {
  const GivenSettings own = {{"preset", {"transfer", "--preset"}}, {"batch", {"128", "--batch"}}};
  EXPECT_EQ(Parsed("bench", {}, own).flags.Resolve()->preset, "transfer");
  EXPECT_EQ(Parsed("bench", {}, own).flags.Resolve()->training.batch, 128);
  const auto settings = Parsed("bench", {"--preset", "smoke", "--batch", "2"}, own).flags.Resolve();
  EXPECT_EQ(settings->preset, "smoke");
  EXPECT_EQ(settings->training.batch, 2);
}

TEST(DataSpecs, AreThoseOfTheSettingAndNameTheirFlag) {
  EXPECT_EQ(*DataSpecs({"synthetic", "synthetic:2"}),
            (std::vector<std::string>{"synthetic", "synthetic:2"}));
  EXPECT_THAT(DataSpecs({"cifar10:here"})->front(), HasSubstr("/here"));
  EXPECT_THAT(DataSpecs({""}).error().message, testing::StartsWith("--data: "));
}

}  // namespace
}  // namespace genet::cli
