// The engines that there are, and what can be asked of all of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/engine/backend.h"

namespace genet {

// In the order in which help and messages name them.
const std::vector<EngineBackend>& EngineBackends();

// For flags and their help: the names; the values that some engine takes of a setting; the engines
// as "cpu (GeNet's own, ...), torch (...)"; devices as "cuda:0 of engine torch".
std::vector<std::string> EngineNames();
std::vector<std::string> EngineSettingWords(std::string_view setting);
std::string DescribeEngines();
std::string DescribeDevices();

// A usage error if there is no such engine, or it does not take one of the settings.
Status CheckEngineSettings(const EngineSettings& settings);

// Of settings that pass CheckEngineSettings.
const EngineBackend& BackendOf(const EngineSettings& settings);

}  // namespace genet
