#include "genet/experiments/scale.h"

#include "genet/data/data_spec.h"
#include "genet/network/width.h"

namespace genet {
namespace {

constexpr const char* kPaperSchedule = "120@1e-2,60@1e-3,40@1e-4,20@1e-5";

const std::vector<Scale> kScales = {
    {.name = "paper",
     .summary = "the paper's own figures",
     .search = {.preset = "iccv",
                .population = 20,
                .generations = 50,
                .schedule = kPaperSchedule,
                .validation_images = 10000},
     .repeats = 5,
     .transfer = {.schedule = kPaperSchedule},
     .wrn = {.preset = "wrn-40",
             .population = 10,
             .generations = 5,
             .schedule = kPaperSchedule,
             .validation_images = 10000},
     .large = {.pixels = 224,
               .schedule = "40@1e-2,20@1e-3,14@1e-4",
               .batch = 256,
               .micro_batch = 16,
               .splits = 10},
     .overrides = ""},
    // Searches without dropout, with which a training of a few epochs hardly gets anywhere.
    {.name = "day",
     .summary = "all searches in about a day on two cores",
     .search = {.preset = "quick",
                .population = 20,
                .generations = 10,
                .schedule = "6@1e-2,2@1e-3",
                .train_images = 20000,
                .validation_images = 5000},
     .repeats = 5,
     .transfer = {.width = 0.5, .schedule = "12@1e-2,4@1e-3", .train_images = 50000},
     .wrn = {.preset = "wrn-40",
             .width = 0.25,
             .population = 10,
             .generations = 5,
             .schedule = "6@1e-2,2@1e-3",
             .train_images = 20000,
             .validation_images = 5000},
     .large = {.width = 0.5,
               .pixels = 64,
               .dropout = false,
               .small_start = false,
               .schedule = "12@1e-2,4@1e-3",
               .train_images = 100000,
               .splits = 10},
     .overrides = ""},
    {.name = "hour",
     .summary = "about half an hour a search on two cores",
     .search = {.preset = "quick",
                .population = 10,
                .generations = 5,
                .schedule = "6@1e-2,2@1e-3",
                .train_images = 20000,
                .validation_images = 5000},
     .repeats = 3,
     .transfer = {.width = 0.25, .schedule = "6@1e-2,2@1e-3", .train_images = 20000},
     .wrn = {.preset = "wrn-40",
             .width = 0.125,
             .population = 6,
             .generations = 3,
             .schedule = "5@1e-2,1@1e-3",
             .train_images = 10000,
             .validation_images = 5000},
     .large = {.width = 0.25,
               .pixels = 64,
               .dropout = false,
               .small_start = false,
               .schedule = "8@1e-2,2@1e-3",
               .train_images = 20000,
               .splits = 10},
     .overrides = ""},
    // Its search has no hidden layer, which these few images could not train.
    {.name = "smoke",
     .summary = "minutes, to see that everything works",
     .search = {.preset = "smoke",
                .population = 6,
                .generations = 4,
                .schedule = "5@1e-2,1@1e-3",
                .train_images = 4000,
                .validation_images = 1000},
     .repeats = 3,
     .transfer = {.width = 0.125, .schedule = "5@1e-2,1@1e-3", .train_images = 4000},
     .wrn = {.preset = "wrn-40",
             .width = 0.125,
             .population = 4,
             .generations = 2,
             .schedule = "3@1e-2,1@1e-3",
             .train_images = 4000,
             .validation_images = 1000},
     .large = {.width = 0.125,
               .pixels = 32,
               .dropout = false,
               .small_start = false,
               .schedule = "5@1e-2,1@1e-3",
               .train_images = 4000,
               .splits = 2},
     .overrides = ""},
};

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

Scale Override(Scale scale, const ScaleOverrides& overrides) {
  std::string& said = scale.overrides;
  const auto say = [&said](const char* label, const auto& value) {
    said += fmt::format("{}{} {}", said.empty() ? "" : ", ", label, value);
  };
  const auto replace = [&say](const char* label, const auto& value, auto&... fields) {
    if (!value) return;
    ((fields = *value), ...);
    say(label, *value);
  };
  replace("population", overrides.population, scale.search.population, scale.wrn.population);
  replace("generations", overrides.generations, scale.search.generations, scale.wrn.generations);
  replace("schedule", overrides.schedule, scale.search.schedule, scale.transfer.schedule,
          scale.wrn.schedule, scale.large.schedule);
  replace("batch", overrides.batch, scale.search.batch, scale.transfer.batch, scale.wrn.batch,
          scale.large.batch);
  replace("training images", overrides.train_images, scale.search.train_images,
          scale.transfer.train_images, scale.wrn.train_images, scale.large.train_images);
  replace("validation images", overrides.validation_images, scale.search.validation_images,
          scale.wrn.validation_images);
  replace("width", overrides.width, scale.transfer.width, scale.wrn.width, scale.large.width);
  replace("repeats", overrides.repeats, scale.repeats);
  replace("splits", overrides.splits, scale.large.splits);
  if (overrides.engine) {
    scale.search.engine = scale.transfer.engine = scale.wrn.engine = scale.large.engine =
        *overrides.engine;
    say("engine", ToString(*overrides.engine));
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
  GENET_ASSIGN(settings.training.schedule, ParseSchedule(scale.schedule));
  settings.training.batch = scale.batch;
  settings.engine = scale.engine;
  settings.train_images = scale.train_images;
  settings.validation_images = scale.validation_images;
  settings.search.population = scale.population;
  settings.search.generations = scale.generations;
  return settings;
}

Result<RunSettings> SettingsOf(const TransferScale& scale, const std::string& preset,
                               const std::string& data, uint64_t seed) {
  GENET_ASSIGN(RunSettings settings, Preset(preset));
  settings.data = data;
  settings.seed = seed;
  settings.base = WithWidth(settings.base, scale.width);
  GENET_ASSIGN(settings.training.schedule, ParseSchedule(scale.schedule));
  settings.training.batch = scale.batch;
  settings.engine = scale.engine;
  settings.training.augment_shift = true;
  GENET_ASSIGN(const DataSpec spec, ParseDataSpec(data));
  settings.training.augment_mirror = spec.kind->mirrored;
  settings.train_images = scale.train_images;
  return settings;
}

Result<RunSettings> SettingsOf(const LargeScale& scale, const std::string& data, uint64_t seed) {
  GENET_ASSIGN(RunSettings settings, Preset("imagenet"));
  settings.data = LacksPictureSize(data) ? WithPictureSize(data, scale.pixels) : data;
  settings.seed = seed;
  settings.base = WithWidth(settings.base, scale.width);
  if (!scale.dropout) {
    std::erase_if(settings.base.layers, [](const BaseLayer& layer) {
      return layer.operation.kind == LayerOperation::Kind::kDropout;
    });
  }
  if (!scale.small_start) settings.training.fc_deviation = 0;
  GENET_ASSIGN(settings.training.schedule, ParseSchedule(scale.schedule));
  settings.training.batch = scale.batch;
  settings.training.micro_batch = scale.micro_batch;
  settings.engine = scale.engine;
  settings.training.augment_shift = settings.training.augment_mirror = true;
  settings.train_images = scale.train_images;
  return settings;
}

}  // namespace genet
