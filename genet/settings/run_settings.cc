#include "genet/settings/run_settings.h"

#include <set>
#include <type_traits>
#include <utility>

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

// Reads the members of one JSON object and remembers which were read, so that nothing is missed.
class Reader {
 public:
  Reader(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
    if (!json.is_object()) Fail("not an object");
  }

  void Get(const char* key, std::string& to) {
    const Json* value = Find(key);
    if (value == nullptr) return;
    if (!value->is_string()) return Fail(fmt::format("{} is not a text", key));
    to = value->get<std::string>();
  }
  void Get(const char* key, bool& to) {
    const Json* value = Find(key);
    if (value == nullptr) return;
    if (!value->is_boolean()) return Fail(fmt::format("{} is neither true nor false", key));
    to = value->get<bool>();
  }
  // JSON's numbers would be rounded or wrapped into T without a word.
  template <class T>
  void Get(const char* key, T& to, const Limits<T>& limits) {
    const Json* value = Find(key);
    if (value == nullptr) return;
    T number{};
    bool good = false;
    if constexpr (std::is_floating_point_v<T>) {
      good = value->is_number();
    } else if (value->is_number_unsigned()) {
      good = std::in_range<T>(value->get<uint64_t>());
    } else if (value->is_number_integer()) {
      good = std::in_range<T>(value->get<int64_t>());
    }
    if (good) number = value->get<T>();
    if (!good || !limits.contain(number)) {
      return Fail(fmt::format("{} is {}, not {} from {} to {}{}", key, value->dump(),
                              std::is_integral_v<T> ? "a whole number" : "a number", limits.least,
                              limits.below_most ? "below " : "", limits.most));
    }
    to = number;
  }
  template <class Enum, size_t kCount>
  void GetEnum(const char* key, const EnumName<Enum> (&names)[kCount], Enum& to) {
    std::string text;
    Get(key, text);
    for (const auto& entry : names) {
      if (text == entry.name) {
        to = entry.value;
        return;
      }
    }
    Fail(fmt::format("{} is '{}', which is unknown", key, text));
  }
  template <class T, class Parse>
  void GetText(const char* key, Parse parse, T& to) {
    std::string text;
    Get(key, text);
    if (!error_.empty()) return;
    auto value = parse(text);
    if (value) {
      to = *std::move(value);
    } else {
      Fail(value.error().message);
    }
  }
  Json Object(const char* key) {
    const Json* value = Find(key);
    return value == nullptr ? Json() : *value;
  }
  Status Finish() {
    if (error_.empty()) {
      for (const auto& [key, value] : json_.items()) {
        if (!known_.contains(key)) Fail(fmt::format("{} is unknown", key));
      }
    }
    if (error_.empty()) return {};
    return Failure("{}: {}", where_, error_);
  }

 private:
  const Json* Find(const char* key) {
    known_.insert(key);
    if (!error_.empty()) return nullptr;
    const auto found = json_.find(key);
    if (found == json_.end()) {
      Fail(fmt::format("{} is missing", key));
      return nullptr;
    }
    return &*found;
  }
  void Fail(std::string error) {
    if (error_.empty()) error_ = std::move(error);
  }

  const Json& json_;
  std::string where_, error_;
  std::set<std::string> known_;
};

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

Status Read(const Json& json, EngineSettings& e) {
  Reader reader(json, "settings, engine");
  reader.Get("name", e.name);
  reader.Get("channels_last", e.channels_last);
  reader.Get("bfloat16", e.bfloat16);
  return reader.Finish();
}

Status Read(const Json& json, TrainingSettings& t) {
  Reader reader(json, "settings, training");
  reader.GetText("schedule", ParseSchedule, t.schedule);
  reader.Get("batch", t.batch, kBatchLimits);
  if (json.contains("micro_batch")) reader.Get("micro_batch", t.micro_batch, kMicroBatchLimits);
  reader.Get("momentum", t.momentum, kMomentumLimits);
  reader.Get("weight_decay", t.weight_decay, kWeightDecayLimits);
  reader.Get("fc_deviation", t.fc_deviation, kFcDeviationLimits);
  reader.Get("augment_shift", t.augment_shift);
  reader.Get("augment_mirror", t.augment_mirror);
  return reader.Finish();
}

Status Read(const Json& json, SearchSettings& s) {
  Reader reader(json, "settings, search");
  reader.GetEnum("strategy", kStrategies, s.strategy);
  reader.Get("population", s.population, kPopulationLimits);
  reader.Get("generations", s.generations, kGenerationsLimits);
  reader.Get("mutation_probability", s.mutation_probability, kProbabilityLimits);
  reader.Get("bit_flip_probability", s.bit_flip_probability, kProbabilityLimits);
  reader.Get("crossover_probability", s.crossover_probability, kProbabilityLimits);
  reader.Get("stage_swap_probability", s.stage_swap_probability, kProbabilityLimits);
  reader.GetEnum("start", kStarts, s.start);
  reader.Get("around_genome", s.around_genome);
  reader.Get("around_flips", s.around_flips, kFlipsLimits);
  reader.GetEnum("fitness", kFitnesses, s.fitness);
  return reader.Finish();
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
  Reader reader(json, "settings");
  reader.Get("preset", settings.preset);
  reader.Get("data", settings.data);
  reader.Get("seed", settings.seed, Limits<uint64_t>{0, UINT64_MAX});
  reader.GetText("base", ParseBaseNetwork, settings.base);
  reader.GetText("nodes", ParseSearchSpace, settings.space);
  reader.Get("train_images", settings.train_images, kTrainImagesLimits);
  reader.Get("validation_images", settings.validation_images, kValidationImagesLimits);
  reader.Get("record_test_accuracy", settings.record_test_accuracy);
  reader.Get("arithmetic", settings.engine.arithmetic);
  const Json training = reader.Object("training"), search = reader.Object("search");
  const bool has_engine = json.contains("engine");
  const Json engine = has_engine ? reader.Object("engine") : Json();
  GENET_TRY(reader.Finish());
  GENET_TRY(Read(training, settings.training));
  GENET_TRY(Read(search, settings.search));
  if (has_engine) GENET_TRY(Read(engine, settings.engine));
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
