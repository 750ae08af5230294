#include "genet/settings/presets.h"

#include "genet/settings/setting_list.h"

namespace genet {
namespace {

struct PresetRow {
  PresetDescription description;
  SettingTexts settings;  // what differs from the defaults
};

constexpr const char* kSearchSchedule = "120@1e-2,60@1e-3,40@1e-4,20@1e-5";

// Without a hidden layer there is no hidden unit to die, and a small start only costs epochs: such
// presets start by He normal (fc-deviation 0).
const std::vector<PresetRow> kPresets = {
    {{"iccv", "the paper's CIFAR-10 search (section 4.1)"},
     {{"base", "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10"},
      {"nodes", "3,4,5"},
      {"schedule", kSearchSchedule},
      {"weight-decay", "2e-3"}}},  // by measurement (docs/results.md)
    {{"arxiv-cifar", "the CIFAR-10 search of the paper's first version (arXiv:1703.01513v1)"},
     {{"base", "C5(P2)@8-MP3(S2)-C5(P2)@16-MP3(S2)-C5(P2)@32-MP3(S2)-FC128-D0.5-FC10"},
      {"nodes", "3,4,5"},
      {"schedule", kSearchSchedule}}},
    {{"arxiv-mnist", "the MNIST search of the paper's first version", {1, 28, 28}},
     {{"base", "C5@20-MP2(S2)-C5@50-MP2(S2)-FC500-D0.5-FC10"},
      {"nodes", "3,5"},
      {"schedule", "20@1e-3,4@1e-4,1@1e-5"},
      {"bit-flip-probability", "0.1"},
      {"stage-swap-probability", "0.3"}}},
    {{"transfer", "iccv at the width of Table 2 (section 4.2)"},
     {{"base", "C3(P1)@64-MP3(S2)-C3(P1)@128-MP3(S2)-C3(P1)@256-MP3(S2)-FC1024-D0.5-FC10"},
      {"nodes", "3,4,5"},
      {"schedule", kSearchSchedule},
      {"augment-shift", "true"},
      {"augment-mirror", "true"}}},
    {{"imagenet", "stages on VGG's first four convolutions (section 4.3)", {3, 224, 224}},
     {{"base",
       "C3(P1)@64-C3(P1)@64-MP2(S2)-C3(P1)@128-C3(P1)@128-MP2(S2)-[C3(P1)@256]-MP2(S2)-"
       "[C3(P1)@512]-MP2(S2)-[C3(P1)@512]-MP2(S2)-FC4096-D0.5-FC4096-D0.5-FC1000"},
      {"nodes", "3,4,5"},
      // VGG's training.
      {"schedule", "40@1e-2,20@1e-3,14@1e-4"},
      {"batch", "256"},
      {"micro-batch", "16"},  // 8 GB a network
      {"augment-shift", "true"},
      {"augment-mirror", "true"}}},
    {{"wrn-40",
      "from a wide residual network on (section 4.2): 40 layers, 10 individuals around it, 5 "
      "rounds"},
     {{"base", "C3(P1)@32-MP3(S2)-C3(P1)@64-MP3(S2)-C3(P1)@128-AP8-FC10"},
      {"nodes", "11,11,11"},
      {"schedule", kSearchSchedule},
      {"fc-deviation", "0"},
      {"population", "10"},
      {"generations", "5"},
      {"start", "around:wrn-40:3"}}},
    // Without dropout, with which a training of a few epochs hardly gets anywhere.
    {{"quick",
      "iccv without dropout, 8 epochs of 20,000 images, 10 rounds: a minute or two of one core a "
      "network"},
     {{"base", "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-FC10"},
      {"nodes", "3,4,5"},
      {"schedule", "6@1e-2,2@1e-3"},
      {"train-images", "20000"},
      {"validation-images", "5000"},
      {"generations", "10"}}},
    {{"smoke",
      "iccv with average pooling instead of the hidden layer, 6 epochs of 4,000 images, 8 "
      "individuals, 5 rounds: to see it work in a few minutes"},
     {{"base", "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-AP4-FC10"},
      {"nodes", "3,4,5"},
      {"schedule", "5@1e-2,1@1e-3"},
      {"fc-deviation", "0"},
      {"train-images", "4000"},
      {"validation-images", "1000"},
      {"population", "8"},
      {"generations", "5"}}},
};

}  // namespace

Result<RunSettings> Preset(std::string_view name) {
  std::string names;
  for (const PresetRow& row : kPresets) {
    if (name != row.description.name) {
      names += (names.empty() ? "" : ", ") + row.description.name;
      continue;
    }
    RunSettings settings;
    settings.preset = row.description.name;
    GENET_TRY(Set(settings, row.settings));
    return settings;
  }
  return UsageError("preset '{}' is unknown; there are {}", name, names);
}

std::vector<PresetDescription> Presets() {
  std::vector<PresetDescription> presets;
  for (const PresetRow& row : kPresets) presets.push_back(row.description);
  return presets;
}

}  // namespace genet
