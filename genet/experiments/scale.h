// How much of the paper's work an experiment does: the one table of scales.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/settings/setting_list.h"

namespace genet {

// The searches of section 4.1 (or, with `width` on preset wrn-40, of section 4.2's end).
struct SearchScale {
  std::string preset;  // of the base network
  double width = 1;    // times the preset's channels and hidden features
  SettingTexts settings = {};
};

// Trainings in full, to be measured on the test set (section 4.2).
struct TransferScale {
  double width = 1;            // times preset transfer
  SettingTexts settings = {};  // train-images: at most; 0: the whole training part
};

// Trainings at large scale and the classification of their features (section 4.3).
struct LargeScale {
  double width = 1;  // times preset imagenet
  int pixels = 0;    // of the side of pictures whose SPEC does not say it
  // As the preset has it; a few epochs of narrow layers hardly get anywhere with it.
  bool dropout = true;
  SettingTexts settings = {};  // train-images: at most; 0: the whole training set
  int splits = 0;              // of the categories into training and test pictures
};

struct Scale {
  std::string name, summary;
  SearchScale search;
  int repeats = 0;  // trainings of a single network that is compared with a search's best
  TransferScale transfer;
  SearchScale wrn;
  LargeScale large;
  // What was changed by hand: "population 4, generations 2"; empty if nothing was.
  std::string overrides;

  // "smoke", or "smoke with population 4, generations 2": what a table says of itself.
  std::string Name() const { return overrides.empty() ? name : name + " with " + overrides; }
};

// paper, day, hour, smoke.
const std::vector<Scale>& Scales();
// A usage error lists the names.
Result<Scale> FindScale(std::string_view name);

// The settings that can replace a scale's (those with a scale_help), in the order in which a scale
// says them: of the search, of trainings, of the data, of the engine.
std::vector<const Setting*> ScaleSettings();

// What replaces a scale's own. Settings hold in searches and trainings in full alike, those of
// searches alone (population, images held out) in searches.
struct ScaleOverrides {
  SettingTexts settings = {};
  std::optional<double> width = {};  // of transfer, WRN and large networks
  std::optional<int> repeats = {}, splits = {};
};
Scale Override(Scale scale, const ScaleOverrides& overrides);

// "C3(P1)@8-..., N 6, T 4, 5@1e-2,1@1e-3, batch 32, 4000 training images".
std::string Describe(const RunSettings& settings);

Result<RunSettings> SettingsOf(const SearchScale& scale, const std::string& data, uint64_t seed);
// Augmented as in section 4.2: padded by 4, cropped and, if the kind of data set may be, mirrored.
// `preset` gives the base network, which `width` scales.
Result<RunSettings> SettingsOf(const TransferScale& scale, const std::string& preset,
                               const std::string& data, uint64_t seed);
// Augmented as in section 4.3: cropped at random and mirrored.
Result<RunSettings> SettingsOf(const LargeScale& scale, const std::string& data, uint64_t seed);

}  // namespace genet
