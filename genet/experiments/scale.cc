#include "genet/experiments/scale.h"

#include <algorithm>

#include "genet/data/data_spec.h"
#include "genet/network/width.h"
#include "genet/settings/presets.h"

namespace genet {
namespace {

const std::vector<Scale> kScales = {
    {.name = "paper",
     .summary = "the paper's own figures",
     .search = {.preset = "iccv"},
     .repeats = 5,
     .transfer = {},
     .wrn = {.preset = "wrn-40"},
     .large = {.pixels = 224, .splits = 10},
     .overrides = ""},
    // Searches without dropout, with which a training of a few epochs hardly gets anywhere.
    {.name = "day",
     .summary = "all searches in about a day on two cores",
     .search = {.preset = "quick"},
     .repeats = 5,
     .transfer = {.width = 0.5,
                  .settings = {{"schedule", "12@1e-2,4@1e-3"}, {"train-images", "50000"}}},
     .wrn = {.preset = "wrn-40",
             .width = 0.25,
             .settings = {{"schedule", "6@1e-2,2@1e-3"},
                          {"train-images", "20000"},
                          {"validation-images", "5000"}}},
     .large = {.width = 0.5,
               .pixels = 64,
               .dropout = false,
               .settings = {{"schedule", "12@1e-2,4@1e-3"},
                            {"batch", "32"},
                            {"micro-batch", "0"},
                            {"fc-deviation", "0"},
                            {"train-images", "100000"}},
               .splits = 10},
     .overrides = ""},
    {.name = "hour",
     .summary = "about half an hour a search on two cores",
     .search = {.preset = "quick", .settings = {{"population", "10"}, {"generations", "5"}}},
     .repeats = 3,
     .transfer = {.width = 0.25,
                  .settings = {{"schedule", "6@1e-2,2@1e-3"}, {"train-images", "20000"}}},
     .wrn = {.preset = "wrn-40",
             .width = 0.125,
             .settings = {{"population", "6"},
                          {"generations", "3"},
                          {"schedule", "5@1e-2,1@1e-3"},
                          {"train-images", "10000"},
                          {"validation-images", "5000"}}},
     .large = {.width = 0.25,
               .pixels = 64,
               .dropout = false,
               .settings = {{"schedule", "8@1e-2,2@1e-3"},
                            {"batch", "32"},
                            {"micro-batch", "0"},
                            {"fc-deviation", "0"},
                            {"train-images", "20000"}},
               .splits = 10},
     .overrides = ""},
    // Its search has no hidden layer, which these few images could not train.
    {.name = "smoke",
     .summary = "minutes, to see that everything works",
     .search = {.preset = "smoke", .settings = {{"population", "6"}, {"generations", "4"}}},
     .repeats = 3,
     .transfer = {.width = 0.125,
                  .settings = {{"schedule", "5@1e-2,1@1e-3"}, {"train-images", "4000"}}},
     .wrn = {.preset = "wrn-40",
             .width = 0.125,
             .settings = {{"population", "4"},
                          {"generations", "2"},
                          {"schedule", "3@1e-2,1@1e-3"},
                          {"train-images", "4000"},
                          {"validation-images", "1000"}}},
     .large = {.width = 0.125,
               .pixels = 32,
               .dropout = false,
               .settings = {{"schedule", "5@1e-2,1@1e-3"},
                            {"batch", "32"},
                            {"micro-batch", "0"},
                            {"fc-deviation", "0"},
                            {"train-images", "4000"}},
               .splits = 2},
     .overrides = ""},
};

// Trainings in full hold nothing out and breed nothing.
bool OfSearchesAlone(const Setting& setting) {
  return setting.group == SettingGroup::kSearch || setting.name == "validation-images";
}

// "training images" of train-images.
std::string Label(const Setting& setting) {
  std::string label = setting.name;
  std::replace(label.begin(), label.end(), '-', ' ');
  return label == "train images" ? "training images" : label;
}

}  // namespace

const std::vector<Scale>& Scales() { return kScales; }

Result<Scale> FindScale(std::string_view name) {
  std::string names;
  for (const Scale& scale : kScales) {
    if (scale.name == name) return scale;
    names += (names.empty() ? "" : ", ") + scale.name;
  }
  return UsageError("--scale: '{}' is none of {}", name, names);
}

std::vector<const Setting*> ScaleSettings() {
  std::vector<const Setting*> settings;
  for (const SettingGroup group : {SettingGroup::kSearch, SettingGroup::kTraining,
                                   SettingGroup::kData, SettingGroup::kEngine}) {
    for (const Setting& setting : Settings()) {
      if (setting.group == group && !setting.scale_help.empty()) settings.push_back(&setting);
    }
  }
  return settings;
}

Scale Override(Scale scale, const ScaleOverrides& overrides) {
  std::string& said = scale.overrides;
  const auto say = [&said](const std::string& label, const auto& value) {
    said += fmt::format("{}{} {}", said.empty() ? "" : ", ", label, value);
  };
  for (const Setting* setting : ScaleSettings()) {
    for (const auto& given : overrides.settings) {
      if (given.first != setting->name) continue;
      for (SearchScale* search : {&scale.search, &scale.wrn}) search->settings.push_back(given);
      if (!OfSearchesAlone(*setting)) {
        scale.transfer.settings.push_back(given);
        scale.large.settings.push_back(given);
      }
      if (setting->group != SettingGroup::kEngine) say(Label(*setting), given.second);
    }
  }
  if (overrides.width) {
    scale.transfer.width = scale.wrn.width = scale.large.width = *overrides.width;
    say("width", *overrides.width);
  }
  if (overrides.repeats) {
    scale.repeats = *overrides.repeats;
    say("repeats", *overrides.repeats);
  }
  if (overrides.splits) {
    scale.large.splits = *overrides.splits;
    say("splits", *overrides.splits);
  }
  RunSettings given;
  if (Set(given, overrides.settings) && ToString(given.engine) != ToString(EngineSettings())) {
    say("engine", ToString(given.engine));
  }
  return scale;
}

std::string Describe(const RunSettings& settings) {
  const std::string images = settings.train_images == 0
                                 ? "all training images that validation leaves"
                                 : fmt::format("{} training images", settings.train_images);
  const int at_once = settings.training.images_at_once();
  const std::string parts = at_once < settings.training.batch ? fmt::format(" by {}", at_once) : "";
  return fmt::format("{}, {}, batch {}{}, {}{}{}", ToString(settings.base),
                     ToString(settings.training.schedule), settings.training.batch, parts, images,
                     settings.training.augment_shift ? ", padded by 4 and cropped" : "",
                     settings.training.augment_mirror ? ", mirrored" : "");
}

Result<RunSettings> SettingsOf(const SearchScale& scale, const std::string& data, uint64_t seed) {
  GENET_ASSIGN(RunSettings settings, Preset(scale.preset));
  settings.data = data;
  settings.seed = seed;
  settings.base = WithWidth(settings.base, scale.width);
  GENET_TRY(Set(settings, scale.settings));
  return settings;
}

Result<RunSettings> SettingsOf(const TransferScale& scale, const std::string& preset,
                               const std::string& data, uint64_t seed) {
  GENET_ASSIGN(RunSettings settings,
               SettingsOf(SearchScale{preset, scale.width, scale.settings}, data, seed));
  settings.training.augment_shift = true;
  GENET_ASSIGN(const DataSpec spec, ParseDataSpec(data));
  settings.training.augment_mirror = spec.kind->mirrored;
  return settings;
}

Result<RunSettings> SettingsOf(const LargeScale& scale, const std::string& data, uint64_t seed) {
  GENET_ASSIGN(
      RunSettings settings,
      SettingsOf(SearchScale{"imagenet", scale.width, scale.settings},
                 LacksPictureSize(data) ? WithPictureSize(data, scale.pixels) : data, seed));
  if (!scale.dropout) {
    std::erase_if(settings.base.layers, [](const BaseLayer& layer) {
      return layer.operation.kind == LayerOperation::Kind::kDropout;
    });
  }
  settings.training.augment_shift = settings.training.augment_mirror = true;
  return settings;
}

}  // namespace genet
