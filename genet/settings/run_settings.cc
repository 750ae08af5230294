#include "genet/settings/run_settings.h"

#include "genet/base/json_reader.h"
#include "genet/engine/backends/backends.h"
#include "genet/settings/setting_limits.h"

namespace genet {
namespace {

using Json = nlohmann::json;

struct PresetRow {
  const char* name;
  const char* summary;
  const char* base;
  const char* nodes;
  const char* schedule;
};

constexpr const char* kSearchSchedule = "120@1e-2,60@1e-3,40@1e-4,20@1e-5";
constexpr const char* kIccvBase =
    "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10";

// Without dropout, with which a training of a few epochs hardly gets anywhere.
constexpr const char* kQuickBase = "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-FC10";

// He normal: there is no hidden unit to die, and a small start only costs epochs.
constexpr double kWithoutHiddenLayer = 0;

constexpr PresetRow kPresets[] = {
    {"iccv", "the paper's CIFAR-10 search (section 4.1)", kIccvBase, "3,4,5", kSearchSchedule},
    {"arxiv-cifar", "the CIFAR-10 search of the paper's first version (arXiv:1703.01513v1)",
     "C5(P2)@8-MP3(S2)-C5(P2)@16-MP3(S2)-C5(P2)@32-MP3(S2)-FC128-D0.5-FC10", "3,4,5",
     kSearchSchedule},
    {"arxiv-mnist", "the MNIST search of the paper's first version",
     "C5@20-MP2(S2)-C5@50-MP2(S2)-FC500-D0.5-FC10", "3,5", "20@1e-3,4@1e-4,1@1e-5"},
    {"transfer", "iccv at the width of Table 2 (section 4.2)",
     "C3(P1)@64-MP3(S2)-C3(P1)@128-MP3(S2)-C3(P1)@256-MP3(S2)-FC1024-D0.5-FC10", "3,4,5",
     kSearchSchedule},
    {"imagenet", "stages on VGG's first four convolutions (section 4.3)",
     "C3(P1)@64-C3(P1)@64-MP2(S2)-C3(P1)@128-C3(P1)@128-MP2(S2)-[C3(P1)@256]-MP2(S2)-"
     "[C3(P1)@512]-MP2(S2)-[C3(P1)@512]-MP2(S2)-FC4096-D0.5-FC4096-D0.5-FC1000",
     "3,4,5", "40@1e-2,20@1e-3,14@1e-4"},
    {"wrn-40",
     "from a wide residual network on (section 4.2): 40 layers, 10 individuals around it, 5 rounds",
     "C3(P1)@32-MP3(S2)-C3(P1)@64-MP3(S2)-C3(P1)@128-AP8-FC10", "11,11,11", kSearchSchedule},
    {"quick",
     "iccv without dropout, 8 epochs of 20,000 images, 10 rounds: a minute or two of one core a "
     "network",
     kQuickBase, "3,4,5", "6@1e-2,2@1e-3"},
    {"smoke",
     "iccv with average pooling instead of the hidden layer, 6 epochs of 4,000 images, 8 "
     "individuals, 5 rounds: to see it work in a few minutes",
     "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-AP4-FC10", "3,4,5", "5@1e-2,1@1e-3"},
};

template <class Enum>
struct EnumName {
  Enum value;
  const char* name;
};
constexpr EnumName<SearchSettings::Strategy> kStrategies[] = {
    {SearchSettings::Strategy::kGenetic, "genetic"}, {SearchSettings::Strategy::kRandom, "random"}};
constexpr EnumName<SearchSettings::Start> kStarts[] = {
    {SearchSettings::Start::kBernoulli, "bernoulli"},
    {SearchSettings::Start::kAllZeros, "all-zeros"},
    {SearchSettings::Start::kAround, "around"}};
constexpr EnumName<SearchSettings::Fitness> kFitnesses[] = {
    {SearchSettings::Fitness::kMean, "mean"},
    {SearchSettings::Fitness::kReuse, "reuse"},
    {SearchSettings::Fitness::kCanonical, "canonical"}};

template <class Enum, size_t kCount>
const char* NameOf(const EnumName<Enum> (&names)[kCount], Enum value) {
  for (const auto& entry : names) {
    if (entry.value == value) return entry.name;
  }
  return "";
}

template <class Enum, size_t kCount>
void GetEnum(JsonReader& reader, const char* key, const EnumName<Enum> (&names)[kCount], Enum& to) {
  std::string text;
  reader.Get(key, text);
  for (const auto& entry : names) {
    if (text == entry.name) {
      to = entry.value;
      return;
    }
  }
  reader.Fail(fmt::format("{} is '{}', which is unknown", key, text));
}

Json ToJson(const TrainingSettings& t) {
  Json json = {{"schedule", ToString(t.schedule)},
               {"batch", t.batch},
               {"momentum", t.momentum},
               {"weight_decay", t.weight_decay},
               {"fc_deviation", t.fc_deviation},
               {"augment_shift", t.augment_shift},
               {"augment_mirror", t.augment_mirror}};
  // Runs older than the setting do not have it.
  if (t.micro_batch != 0) json["micro_batch"] = t.micro_batch;
  return json;
}

Json ToJson(const SearchSettings& s) {
  return {{"strategy", NameOf(kStrategies, s.strategy)},
          {"population", s.population},
          {"generations", s.generations},
          {"mutation_probability", s.mutation_probability},
          {"bit_flip_probability", s.bit_flip_probability},
          {"crossover_probability", s.crossover_probability},
          {"stage_swap_probability", s.stage_swap_probability},
          {"start", NameOf(kStarts, s.start)},
          {"around_genome", s.around_genome},
          {"around_flips", s.around_flips},
          {"fitness", NameOf(kFitnesses, s.fitness)}};
}

// What "arithmetic", older than the second engine, does not say.
Json ToJson(const EngineSettings& e) {
  return {{"name", e.name}, {"channels_last", e.channels_last}, {"bfloat16", e.bfloat16}};
}

void Read(JsonReader& reader, EngineSettings& e) {
  reader.Get("name", e.name);
  reader.Get("channels_last", e.channels_last);
  reader.Get("bfloat16", e.bfloat16);
}

void Read(JsonReader& reader, TrainingSettings& t) {
  reader.GetParsed("schedule", t.schedule, ParseSchedule);
  reader.Get("batch", t.batch, kBatchLimits);
  if (reader.Has("micro_batch")) reader.Get("micro_batch", t.micro_batch, kMicroBatchLimits);
  reader.Get("momentum", t.momentum, kMomentumLimits);
  reader.Get("weight_decay", t.weight_decay, kWeightDecayLimits);
  reader.Get("fc_deviation", t.fc_deviation, kFcDeviationLimits);
  reader.Get("augment_shift", t.augment_shift);
  reader.Get("augment_mirror", t.augment_mirror);
}

void Read(JsonReader& reader, SearchSettings& s) {
  GetEnum(reader, "strategy", kStrategies, s.strategy);
  reader.Get("population", s.population, kPopulationLimits);
  reader.Get("generations", s.generations, kGenerationsLimits);
  reader.Get("mutation_probability", s.mutation_probability, kProbabilityLimits);
  reader.Get("bit_flip_probability", s.bit_flip_probability, kProbabilityLimits);
  reader.Get("crossover_probability", s.crossover_probability, kProbabilityLimits);
  reader.Get("stage_swap_probability", s.stage_swap_probability, kProbabilityLimits);
  GetEnum(reader, "start", kStarts, s.start);
  reader.Get("around_genome", s.around_genome);
  reader.Get("around_flips", s.around_flips, kFlipsLimits);
  GetEnum(reader, "fitness", kFitnesses, s.fitness);
}

}  // namespace

Result<RunSettings> Preset(std::string_view name) {
  std::string names;
  for (const PresetRow& row : kPresets) {
    if (name != row.name) {
      names += fmt::format("{}{}", names.empty() ? "" : ", ", row.name);
      continue;
    }
    RunSettings settings;
    settings.preset = row.name;
    GENET_ASSIGN(settings.base, ParseBaseNetwork(row.base));
    GENET_ASSIGN(settings.space, ParseSearchSpace(row.nodes));
    GENET_ASSIGN(settings.training.schedule, ParseSchedule(row.schedule));
    if (name == "iccv") {
      settings.training.weight_decay = 2e-3;  // by measurement (docs/results.md)
    } else if (name == "arxiv-mnist") {
      settings.search.bit_flip_probability = 0.1;
      settings.search.stage_swap_probability = 0.3;
    } else if (name == "transfer") {
      settings.training.augment_shift = settings.training.augment_mirror = true;
    } else if (name == "imagenet") {  // VGG's training
      settings.training.batch = 256;
      settings.training.micro_batch = 16;  // 8 GB a network
      settings.training.augment_shift = settings.training.augment_mirror = true;
    } else if (name == "wrn-40") {
      settings.training.fc_deviation = kWithoutHiddenLayer;
      settings.search.population = 10;
      settings.search.generations = 5;
      settings.search.start = SearchSettings::Start::kAround;
      settings.search.around_genome = "wrn-40";
      settings.search.around_flips = 3;
    } else if (name == "quick") {
      settings.train_images = 20000;
      settings.validation_images = 5000;
      settings.search.generations = 10;
    } else if (name == "smoke") {
      settings.training.fc_deviation = kWithoutHiddenLayer;
      settings.train_images = 4000;
      settings.validation_images = 1000;
      settings.search.population = 8;
      settings.search.generations = 5;
    }
    return settings;
  }
  return UsageError("preset '{}' is unknown; there are {}", name, names);
}

std::vector<PresetDescription> Presets() {
  std::vector<PresetDescription> presets;
  for (const PresetRow& row : kPresets) presets.push_back({row.name, row.summary});
  return presets;
}

Json ToJson(const RunSettings& settings) {
  Json json = {{"preset", settings.preset},
               {"data", settings.data},
               {"seed", settings.seed},
               {"base", ToString(settings.base)},
               {"nodes", ToString(settings.space)},
               {"training", ToJson(settings.training)},
               {"train_images", settings.train_images},
               {"validation_images", settings.validation_images},
               {"record_test_accuracy", settings.record_test_accuracy},
               {"arithmetic", settings.engine.arithmetic},
               {"search", ToJson(settings.search)}};
  // Absent for the CPU engine: what was written before there was another stays as it is, and so do
  // the fingerprints made of it.
  if (settings.engine.name != EngineSettings().name) json["engine"] = ToJson(settings.engine);
  return json;
}

Result<RunSettings> RunSettingsFromJson(const Json& json) {
  RunSettings settings;
  JsonReader reader(json, "settings");
  reader.Get("preset", settings.preset);
  reader.Get("data", settings.data);
  reader.Get("seed", settings.seed);
  reader.GetParsed("base", settings.base, ParseBaseNetwork);
  reader.GetParsed("nodes", settings.space, ParseSearchSpace);
  reader.Get("train_images", settings.train_images, kTrainImagesLimits);
  reader.Get("validation_images", settings.validation_images, kValidationImagesLimits);
  reader.Get("record_test_accuracy", settings.record_test_accuracy);
  reader.Get("arithmetic", settings.engine.arithmetic);
  JsonReader training = reader.Object("training"), search = reader.Object("search");
  std::optional<JsonReader> engine;
  if (reader.Has("engine")) engine.emplace(reader.Object("engine"));
  GENET_TRY(reader.Finish());
  Read(training, settings.training);
  GENET_TRY(training.Finish());
  Read(search, settings.search);
  GENET_TRY(search.Finish());
  if (engine) {
    Read(*engine, settings.engine);
    GENET_TRY(engine->Finish());
  }
  if (const Status status = CheckSettings(settings); !status) {
    return Failure("settings: {}", status.error().message);
  }
  return settings;
}

Status CheckSettings(const RunSettings& settings) {
  if (settings.data.empty()) return UsageError("a data set is needed, such as cifar10:PATH");
  if (settings.base.stages() != settings.space.stages()) {
    return UsageError("the base network has {} stage(s), but nodes are given for {}: --nodes {}",
                      settings.base.stages(), settings.space.stages(), ToString(settings.space));
  }
  if (settings.training.schedule.empty()) return UsageError("the schedule has no epochs");
  GENET_TRY(CheckEngineSettings(settings.engine));
  return CheckSettings(settings.search, settings.space);
}

}  // namespace genet
