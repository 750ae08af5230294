// The declaration of a setting: all that flags, config files, JSON, help and docs need to know of
// it.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/json_reader.h"
#include "genet/settings/run_settings.h"

namespace genet {

// What a setting's value may be, and how it is read and written. Made by the functions of
// setting_value.h.
struct SettingValue {
  enum class Form { kText, kNumber, kSwitch };  // a switch's flag takes no value
  Form form = Form::kText;
  std::string allowed;  // "a whole number from 1 to 65536", "mean, reuse, canonical"
  std::vector<std::string> words = {};  // that it is one of; empty: it is none of a few words

  // Reads the text of a flag or config value and checks its limits. The error does not name the
  // setting, because the caller knows whether it was a flag or a line of a file.
  std::function<Status(RunSettings&, std::string_view text)> set;
  // The text that `set` reads back to the same value.
  std::function<std::string(const RunSettings&)> get;
  // The member `key` of a JSON object.
  std::function<void(const RunSettings&, const std::string& key, nlohmann::json& object)> write;
  std::function<void(RunSettings&, const std::string& key, JsonReader& object)> read;
};

enum class SettingGroup { kPreset, kData, kNetwork, kEngine, kTraining, kSearch };
// "TRAINING": the heading of the group in manual pages.
std::string Title(SettingGroup group);

using CommandNames = std::set<std::string, std::less<>>;

struct Setting {
  std::string name;          // "train-images": the flag --train-images, the config key train_images
  std::string metavar = {};  // of the flag's value; empty: a switch
  std::string help;          // a sentence or two, without the default
  SettingValue value;
  SettingGroup group = SettingGroup::kData;

  // Commands that take the flag; the list fills in those of the group where none are named. A
  // config file for any command may name every setting.
  CommandNames commands = {};
  // What it replaces in an experiment's scale, in a sentence; empty: genet reproduce does not take
  // it.
  std::string scale_help = {};

  // The object of the JSON in which it stands (empty: the outermost) and its key there (empty: the
  // config key).
  std::string object = {};
  std::string key = {};
  // 1: always in the JSON. Whatever came later is left out where it has its default, so that the
  // files, and the fingerprints made of them, of older builds stay byte for byte the same.
  int since = 1;
  // Whether a resumed run may have more of it. Nothing else of a run ever changes.
  bool may_grow = false;

  std::string config_key() const;  // "train_images"
  std::string json_key() const { return key.empty() ? config_key() : key; }
};

}  // namespace genet
