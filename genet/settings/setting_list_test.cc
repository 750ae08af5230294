#include "genet/settings/setting_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "genet/settings/config_file.h"
#include "genet/settings/json.h"
#include "genet/settings/presets.h"

namespace genet {
namespace {

using Json = nlohmann::json;
using Form = SettingValue::Form;

// Converts to the type of any member of a struct.
struct Anything {
  template <class T>
  operator T() const;
};
// How many members a struct without constructors has.
template <class Struct, class... Members>
constexpr int MembersOf() {
  if constexpr (requires { Struct{Members()..., Anything()}; }) {
    return MembersOf<Struct, Members..., Anything>();
  } else {
    return sizeof...(Members);
  }
}

// Settings in which this one has another value than by default, as far as the list tells.
RunSettings WithAnother(const Setting& setting) {
  RunSettings settings = *Preset("iccv");
  const std::string text = setting.value.get(settings);
  std::vector<std::string> others = setting.value.words;
  if (setting.value.form == Form::kSwitch) others = {"true", "false"};
  if (setting.value.form == Form::kNumber) others = {"1", "2", "0.25"};
  if (setting.name == "start") others = {"around:all-ones:2"};
  if (setting.name == "data") others = {"synthetic:7"};
  if (setting.name == "preset") others = {"smoke"};
  if (setting.name == "schedule") others = {"3@1e-3"};
  if (setting.name == "base") others = {"C3(P1)@4-MP3(S2)-C3(P1)@4-C3(P1)@4-FC10"};
  if (setting.name == "nodes") others = {"3,3,4"};
  for (const std::string& other : others) {
    if (other != text && setting.value.set(settings, other)) break;
  }
  EXPECT_NE(setting.value.get(settings), text) << setting.name << ": say another value here";
  if (setting.object == "engine") settings.engine.name = "torch";
  return settings;
}

// Which of flags, config files and JSON take this value of the setting.
std::string TakenBy(const Setting& setting, const std::string& text, const Json& json_value) {
  std::string taken;
  RunSettings flags = WithAnother(setting);
  if (setting.value.set(flags, text)) taken += "flags ";
  const bool quoted = json_value.is_string();
  const std::string toml = quoted ? '"' + text + '"' : text;
  const auto config = ParseConfig(setting.config_key() + " = " + toml, "x.toml");
  if (config && ResolveSettings(*config, {})) taken += "config ";
  Json json = ToJson(WithAnother(setting));
  (setting.object.empty() ? json : json[setting.object])[setting.json_key()] = json_value;
  if (RunSettingsFromJson(json)) taken += "json";
  return taken;
}

TEST(Settings, HaveNamesOfTheirOwn) {
  std::set<std::string> names, keys, places;
  for (const Setting& setting : Settings()) {
    EXPECT_TRUE(names.insert(setting.name).second) << setting.name;
    EXPECT_TRUE(keys.insert(setting.config_key()).second) << setting.name;
    Json members;
    setting.value.write(RunSettings(), setting.json_key(), members);
    for (const auto& [key, value] : members.items()) {
      EXPECT_TRUE(places.insert(setting.object + "." + key).second) << key;
    }
    EXPECT_EQ(FindSetting(setting.name), &setting);
    EXPECT_FALSE(setting.help.empty()) << setting.name;
    EXPECT_FALSE(setting.value.allowed.empty()) << setting.name;
    EXPECT_FALSE(setting.commands.empty()) << setting.name;
    EXPECT_EQ(setting.metavar.empty(), setting.value.form == Form::kSwitch) << setting.name;
  }
  EXPECT_EQ(FindSetting("popultion"), nullptr);
}

TEST(Settings, CoverEveryFieldOfRunSettings) {
  constexpr int kParts = 3;  // training, engine, search
  const int fields = MembersOf<RunSettings>() - kParts + MembersOf<TrainingSettings>() +
                     MembersOf<EngineSettings>() + MembersOf<SearchSettings>();
  int members = 0;
  for (const Setting& setting : Settings()) {
    Json object;
    setting.value.write(RunSettings(), setting.json_key(), object);
    members += static_cast<int>(object.size());
  }
  EXPECT_EQ(members, fields);
}

TEST(Settings, EachIsAnotherPlaceOfRunSettings) {
  const Json before = ToJson(*Preset("iccv"));
  for (const Setting& setting : Settings()) {
    if (setting.object == "engine") continue;  // a part that is not there before
    int changed = 0;
    for (const Json& change : Json::diff(before, ToJson(WithAnother(setting)))) {
      const std::string path = change["path"];
      const std::string place =
          fmt::format("/{}{}{}", setting.object, setting.object.empty() ? "" : "/",
                      setting.name == "start" ? "" : setting.json_key());
      EXPECT_THAT(path, testing::StartsWith(place)) << setting.name;
      ++changed;
    }
    EXPECT_EQ(changed, setting.name == "start" ? 3 : 1) << setting.name;
  }
}

TEST(Settings, TextsReadBackToThemselves) {
  for (const PresetDescription& preset : Presets()) {
    const RunSettings settings = *Preset(preset.name);
    RunSettings copy = *Preset("smoke");
    for (const Setting& setting : Settings()) {
      const std::string text = setting.value.get(settings);
      const Status set = setting.value.set(copy, text);
      ASSERT_TRUE(set) << setting.name << ": " << set.error().message;
      EXPECT_EQ(setting.value.get(copy), text) << setting.name;
    }
    // `start` keeps the flips of an earlier start; all else is as in the preset.
    copy.search.around_flips = settings.search.around_flips;
    EXPECT_EQ(ToJson(copy), ToJson(settings)) << preset.name;
  }
}

TEST(Settings, EachReadsBackFromTextConfigAndJson) {
  for (const Setting& setting : Settings()) {
    const RunSettings settings = WithAnother(setting);
    RunSettings copy = *Preset("iccv");
    copy.engine.name = settings.engine.name;
    ASSERT_TRUE(setting.value.set(copy, setting.value.get(settings))) << setting.name;
    EXPECT_EQ(ToJson(copy), ToJson(settings)) << setting.name;
    const auto config = ParseConfig(ConfigText(settings), "x.toml");
    ASSERT_TRUE(config) << setting.name << ": " << config.error().message;
    const auto resolved = ResolveSettings(*config, {});
    ASSERT_TRUE(resolved) << setting.name << ": " << resolved.error().message;
    EXPECT_EQ(ToJson(*resolved), ToJson(settings)) << setting.name;
    const auto read = RunSettingsFromJson(ToJson(settings));
    ASSERT_TRUE(read) << setting.name << ": " << read.error().message;
    EXPECT_EQ(ToJson(*read), ToJson(settings)) << setting.name;
  }
}

TEST(Settings, LimitsOfNumbersAreTheSameInFlagsConfigsAndJson) {
  const std::string all = "flags config json";
  int limits = 0;
  for (const Setting& setting : Settings()) {
    if (setting.value.form != Form::kNumber) continue;
    std::smatch found;
    const std::regex form("a (whole )?number (of at least|from) ([^ ]+)( to (below )?(.+))?");
    ASSERT_TRUE(std::regex_match(setting.value.allowed, found, form)) << setting.value.allowed;
    const bool whole = found[1].matched;
    const auto taken = [&](const std::string& text) {
      return TakenBy(setting, text, Json::parse(text));
    };
    const std::string least = found[3];
    EXPECT_EQ(taken(least), all) << setting.name;
    EXPECT_EQ(taken(whole ? std::to_string(std::stoll(least) - 1) : "-0.001"), "") << setting.name;
    if (found[6].matched) {
      const std::string most = found[6];
      EXPECT_EQ(taken(most), found[5].matched ? "" : all) << setting.name;
      EXPECT_EQ(taken(whole ? std::to_string(std::stoll(most) + 1) : most + ".001"), "")
          << setting.name;
      ++limits;
    }
    if (whole) {
      EXPECT_EQ(taken("1.5"), "") << setting.name;
    }
    EXPECT_EQ(TakenBy(setting, "1x", "1x"), "") << setting.name;
  }
  EXPECT_GE(limits, 8);
}

TEST(Settings, WordsAndSwitchesAreTheSameInFlagsConfigsAndJson) {
  for (const Setting& setting : Settings()) {
    for (const std::string& word : setting.value.words) {
      EXPECT_EQ(TakenBy(setting, word, word), "flags config json") << setting.name << " " << word;
    }
    if (!setting.value.words.empty()) {
      EXPECT_EQ(TakenBy(setting, "annealed", "annealed"), "") << setting.name;
    }
    if (setting.value.form == Form::kSwitch) {
      EXPECT_EQ(TakenBy(setting, "1", 1), "") << setting.name;
      EXPECT_EQ(TakenBy(setting, "yes", "yes"), "") << setting.name;
    }
  }
}

TEST(Settings, BadTextsAreRefused) {
  RunSettings settings = *Preset("iccv");
  for (const auto& [name, text] : SettingTexts{{"batch", "12x"},
                                               {"batch", ""},
                                               {"momentum", "nan"},
                                               {"start", "around:x"},
                                               {"start", "around:"},
                                               {"start", "around"},
                                               {"start", "around:all-ones:-1"},
                                               {"nodes", "3,,5"},
                                               {"base", "C3@"},
                                               {"schedule", "10"},
                                               {"data", ""}}) {
    const Status set = Set(settings, {{name, text}});
    ASSERT_FALSE(set) << name << " " << text;
    EXPECT_EQ(set.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(set.error().message, testing::StartsWith(name + ": "));
  }
  EXPECT_EQ(Set(settings, {{"popultion", "3"}}).error().message, "there is no setting 'popultion'");
}

TEST(Settings, PathsOfDataSetsBecomeAbsolute) {
  RunSettings settings;
  const auto data = [&settings](const char* text) {
    EXPECT_TRUE(Set(settings, {{"data", text}}));
    return settings.data;
  };
  const std::string here = fs::current_path().string();
  EXPECT_EQ(data("cifar10:a/../b/"), "cifar10:" + here + "/b");
  EXPECT_EQ(data("images:/x,size=32"), "images:/x,size=32");
  EXPECT_EQ(data("synthetic:3"), "synthetic:3");
  EXPECT_EQ(data("synthetic"), "synthetic");
}

}  // namespace
}  // namespace genet
