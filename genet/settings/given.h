// Settings as a user gives them: texts by name, of flags and of a config file.
#pragma once

#include <map>
#include <string>

#include "genet/base/error.h"
#include "genet/settings/run_settings.h"

namespace genet {

// What was given for a setting, and where: "--batch" or "my.toml:3: batch".
struct GivenSetting {
  std::string text;
  std::string origin;
};
using GivenSettings = std::map<std::string, GivenSetting, std::less<>>;

// Defaults < preset < config < flags; `flags` wins over `config` where both name a setting. An
// error names the origin.
Result<RunSettings> ResolveSettings(const GivenSettings& config, const GivenSettings& flags);

// What a resumed run goes on with: the stored settings, with more of what may grow if that is
// given. An error names the first given setting that disagrees with the stored value.
Result<RunSettings> ResumeSettings(const RunSettings& stored, const GivenSettings& config,
                                   const GivenSettings& flags);

}  // namespace genet
