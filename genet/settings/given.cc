#include "genet/settings/given.h"

#include "genet/settings/json.h"
#include "genet/settings/presets.h"
#include "genet/settings/setting_list.h"

namespace genet {
namespace {

// In the order of the list, so that the same mistake always gives the same message.
Status Apply(const GivenSettings& given, RunSettings& settings) {
  for (const Setting& setting : Settings()) {
    const auto found = given.find(setting.name);
    if (found == given.end()) continue;
    if (const Status status = setting.value.set(settings, found->second.text); !status) {
      return UsageError("{}: {}", found->second.origin, status.error().message);
    }
  }
  return {};
}

// Whether `now` has more of a setting that is a number.
bool Grew(const Setting& setting, const RunSettings& before, const RunSettings& now) {
  nlohmann::json less, more;
  setting.value.write(before, "value", less);
  setting.value.write(now, "value", more);
  return more["value"] > less["value"];
}

}  // namespace

Result<RunSettings> ResolveSettings(const GivenSettings& config, const GivenSettings& flags) {
  GivenSetting preset{RunSettings().preset, "preset"};
  for (const GivenSettings* given : {&config, &flags}) {
    if (const auto found = given->find("preset"); found != given->end()) preset = found->second;
  }
  Result<RunSettings> settings = Preset(preset.text);
  if (!settings) return UsageError("{}: {}", preset.origin, settings.error().message);
  GENET_TRY(Apply(config, *settings));
  GENET_TRY(Apply(flags, *settings));
  GENET_TRY(CheckSettings(*settings));
  return settings;
}

Result<RunSettings> ResumeSettings(const RunSettings& stored, const GivenSettings& config,
                                   const GivenSettings& flags) {
  GivenSettings given = flags;
  given.insert(config.begin(), config.end());  // keeps what flags already name
  RunSettings settings = stored;
  GENET_TRY(Apply(given, settings));
  for (const Setting& setting : Settings()) {
    const std::string before = setting.value.get(stored), now = setting.value.get(settings);
    if (before == now || (setting.may_grow && Grew(setting, stored, settings))) continue;
    const std::string& origin = given.find(setting.name)->second.origin;
    if (setting.may_grow) {
      return UsageError("{}: the run was started with {} {}, and their number may only grow",
                        origin, before, setting.name);
    }
    return UsageError(
        "{}: the run was started with {} '{}', not '{}'; leave it out, or use another run folder",
        origin, setting.name, before, now);
  }
  return settings;
}

}  // namespace genet
