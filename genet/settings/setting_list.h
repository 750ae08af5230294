// The one list of settings. A new setting is a field of RunSettings and an entry here; its flag,
// config key, JSON, help, and the table in docs/formats.md follow.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "genet/settings/setting.h"

namespace genet {

// In the order in which help shows them and texts are applied. Of each name there is one.
const std::vector<Setting>& Settings();
// Nothing if there is no such setting.
const Setting* FindSetting(std::string_view name);

// Texts by name of setting, as flags would give them.
using SettingTexts = std::vector<std::pair<std::string, std::string>>;
// One after the other; an error names the setting.
Status Set(RunSettings& settings, const SettingTexts& texts);

}  // namespace genet
