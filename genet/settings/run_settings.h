// Everything that decides the results of a run, and the presets that fill it.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/engine/settings.h"
#include "genet/genome/genome.h"
#include "genet/network/base_network.h"
#include "genet/search/settings.h"
#include "genet/training/settings.h"

namespace genet {

struct RunSettings {
  std::string preset = "iccv";
  std::string data = "synthetic";  // a SPEC of OpenDataSet
  uint64_t seed = 1;
  BaseNetwork base;
  SearchSpace space;
  TrainingSettings training;
  size_t train_images = 0;  // 0: all that validation leaves
  size_t validation_images = 10000;
  bool record_test_accuracy = false;
  EngineSettings engine;
  SearchSettings search;
};

// `iccv`, `arxiv-cifar`, `arxiv-mnist`, `transfer`, `imagenet`, `wrn-40` (the paper's) and `quick`,
// `smoke` (ours: `iccv` at a reduced schedule). An error lists the names.
Result<RunSettings> Preset(std::string_view name);
struct PresetDescription {
  std::string name;
  std::string summary;  // one line
};
std::vector<PresetDescription> Presets();

nlohmann::json ToJson(const RunSettings& settings);
// Strict: an unknown or missing key, a number outside setting_limits.h, or settings that do not
// agree with each other are an error.
Result<RunSettings> RunSettingsFromJson(const nlohmann::json& json);
// Whether the settings agree with each other; what a single one cannot know. A usage error.
Status CheckSettings(const RunSettings& settings);

}  // namespace genet
