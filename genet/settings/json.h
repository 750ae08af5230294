// Settings as JSON, in run stores, job files and results (docs/formats.md).
#pragma once

#include <nlohmann/json.hpp>

#include "genet/base/error.h"
#include "genet/settings/run_settings.h"

namespace genet {

nlohmann::json ToJson(const RunSettings& settings);
// Strict: an unknown or missing key, a value that the list of settings does not allow, or settings
// that do not agree with each other are an error.
Result<RunSettings> RunSettingsFromJson(const nlohmann::json& json);

}  // namespace genet
