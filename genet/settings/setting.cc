#include "genet/settings/setting.h"

#include <algorithm>

namespace genet {

std::string Title(SettingGroup group) {
  switch (group) {
    case SettingGroup::kPreset:
      return "SETTINGS";
    case SettingGroup::kData:
      return "DATA";
    case SettingGroup::kNetwork:
      return "NETWORK";
    case SettingGroup::kEngine:
      return "ENGINE";
    case SettingGroup::kTraining:
      return "TRAINING";
    case SettingGroup::kSearch:
      return "SEARCH";
  }
  return "";
}

std::string Setting::config_key() const {
  std::string text = name;
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

}  // namespace genet
