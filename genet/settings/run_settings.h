// Everything that decides the results of a run.
//
// setting_list.h declares each of these once, with its name, limits and words; flags, config files,
// JSON, help and docs come from there.
#pragma once

#include <cstdint>
#include <string>

#include "genet/base/error.h"
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

// Whether the settings agree with each other; what a single one cannot know. A usage error.
Status CheckSettings(const RunSettings& settings);

}  // namespace genet
