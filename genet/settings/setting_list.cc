#include "genet/settings/setting_list.h"

#include "genet/data/data_spec.h"
#include "genet/engine/backends/backends.h"
#include "genet/search/strategy.h"
#include "genet/settings/presets.h"
#include "genet/settings/setting_value.h"
#include "genet/settings/start.h"

// The place of a value in settings.
#define GENET_FIELD(path) \
  [](auto& settings) -> auto& { return settings.path; }

namespace genet {
namespace {

// Later than the first settings, in this order. A setting's JSON has it only where it is used.
constexpr int kSinceEngineTorch = 2;
constexpr int kSinceMicroBatch = 3;

constexpr Limits<double> kProbability = {0, 1};

const Words<SearchSettings::Fitness> kFitnesses = {
    {"mean", SearchSettings::Fitness::kMean},
    {"reuse", SearchSettings::Fitness::kReuse},
    {"canonical", SearchSettings::Fitness::kCanonical}};

Words<std::string> StrategyWords() {
  Words<std::string> words;
  for (const Strategy& one : Strategies()) words.emplace_back(one.name, one.name);
  return words;
}

// "genetic (the paper's Algorithm 1) or random (...)."
std::string StrategyHelp() {
  std::string help;
  for (const Strategy& one : Strategies()) {
    const bool last = &one == &Strategies().back();
    if (!help.empty()) help += last ? " or " : ", ";
    help += fmt::format("{} ({})", one.name, one.summary);
  }
  return help + ".";
}

Result<std::string> AnyText(std::string_view text) { return std::string(text); }
std::string SameText(const std::string& text) { return text; }
constexpr auto kToString = [](const auto& value) { return ToString(value); };

// Only flags and config files have relative paths, which would mean another folder when the run is
// resumed from elsewhere.
SettingValue DataSpecValue() {
  SettingValue value =
      TextValue("a data set, such as cifar10:PATH", AnyText, SameText, GENET_FIELD(data));
  value.set = [](RunSettings& settings, std::string_view text) -> Status {
    if (text.empty()) return UsageError("a data set is needed, such as cifar10:PATH");
    settings.data = WithAbsolutePath(text);
    return {};
  };
  return value;
}

std::vector<Setting> PresetSetting() {
  std::string names;
  for (const PresetDescription& preset : Presets()) {
    names += (names.empty() ? "" : ", ") + preset.name;
  }
  // Which presets there are is Preset()'s to say: a file may name one of an older build.
  return {{.name = "preset",
           .metavar = "NAME",
           .help = "Settings to start from: " + names,
           .value = TextValue("a preset's name", AnyText, SameText, GENET_FIELD(preset))}};
}

std::vector<Setting> DataSettings() {
  return {
      {.name = "data",
       .metavar = "SPEC",
       .help = DataSpecHelp(),
       .value = DataSpecValue(),
       .commands = {"search", "train"}},
      {.name = "train-images",
       .metavar = "N",
       .help = "Images to train on while fitness is measured, drawn from the training set, each "
               "class with its share; 0 takes all that the validation part leaves.",
       .value = Number({0}, GENET_FIELD(train_images)),
       .scale_help = "Images to train on, in searches and in full; 0 takes all."},
      {.name = "validation-images",
       .metavar = "N",
       .help = "Images held out of the training set; the accuracy on them is the fitness.",
       .value = Number({1}, GENET_FIELD(validation_images)),
       .commands = {"search", "train"},
       .scale_help = "Images held out in searches."},
      {.name = "record-test",
       .help = "Record each network's accuracy on the test set beside its fitness. Selection and "
               "the choice of the best never read it.",
       .value = Switch(GENET_FIELD(record_test_accuracy)),
       .commands = {"search"},
       .key = "record_test_accuracy"},
      {.name = "seed",
       .metavar = "N",
       .help = "The number that decides every random draw. The same seed and settings give the "
               "same results, whatever the number of workers and threads.",
       .value = Number({0}, GENET_FIELD(seed))},
  };
}

std::vector<Setting> NetworkSettings() {
  return {
      {.name = "base",
       .metavar = "NETWORK",
       .help = "The base network in the paper's notation. A convolution in brackets, such as "
               "[C3(P1)@8], opens a stage; without any bracket every convolution does.",
       .value = TextValue("a network in the paper's notation", ParseBaseNetwork, kToString,
                          GENET_FIELD(base))},
      {.name = "nodes",
       .metavar = "K1,K2,...",
       .help = "Ordinary nodes of each stage, such as 3,4,5.",
       .value = TextValue("a whole number for each stage, such as 3,4,5", ParseSearchSpace,
                          kToString, GENET_FIELD(space))},
  };
}

std::vector<Setting> EngineSettingList() {
  return {
      {.name = "engine",
       .metavar = "NAME",
       .help = fmt::format(
           "What computes: {}. They differ in rounding, so the choice is a part of the results.",
           DescribeEngines()),
       .value = OneOf(Names(EngineNames()), GENET_FIELD(engine.name)),
       .scale_help = "What trains, as in genet search.",
       .object = "engine",
       .key = "name",
       .since = kSinceEngineTorch},
      {.name = "arithmetic",
       .metavar = "KIND",
       .help = "How engine cpu computes 3x3 convolutions: winograd (fewer products) or direct "
               "(every product). The two differ in rounding, so the choice is a part of the "
               "results.",
       .value = OneOf(Names(EngineSettingWords("arithmetic")), GENET_FIELD(engine.arithmetic))},
      {.name = "channels-last",
       .help = "Engine torch keeps a pixel's channels together, which is faster on some devices.",
       .value = Switch(GENET_FIELD(engine.channels_last)),
       .scale_help = "As in genet search.",
       .object = "engine",
       .since = kSinceEngineTorch},
      {.name = "bfloat16",
       .help = "Engine torch multiplies in bfloat16 (8 bits of precision) in convolutions and "
               "fully-connected layers; weights and all else stay in single precision.",
       .value = Switch(GENET_FIELD(engine.bfloat16)),
       .scale_help = "As in genet search.",
       .object = "engine",
       .since = kSinceEngineTorch},
  };
}

std::vector<Setting> TrainingSettingList() {
  return {
      {.name = "schedule",
       .metavar = "PHASES",
       .help = "Epochs at a learning rate, one phase after the other, such as 120@1e-2,60@1e-3.",
       .value = TextValue("EPOCHS@RATE for each phase, such as 120@1e-2,60@1e-3", ParseSchedule,
                          kToString, GENET_FIELD(training.schedule)),
       .scale_help = "Epochs at a learning rate, of searches and trainings in full."},
      {.name = "batch",
       .metavar = "N",
       .help = "Images of a training step.",
       .value = Number({1, 65536}, GENET_FIELD(training.batch)),
       .commands = {"search", "train", "transfer", "bench"},
       .scale_help = "Images of a training step."},
      {.name = "micro-batch",
       .metavar = "N",
       .help = "Images that pass the network together, for batches too large for the memory; "
               "gradients of a batch are added, batch normalisation sees each N by themselves. 0: "
               "the whole batch.",
       .value = Number({0, 65536}, GENET_FIELD(training.micro_batch)),
       .since = kSinceMicroBatch},
      {.name = "momentum",
       .metavar = "M",
       .help = "Momentum of gradient descent, from 0 to below 1.",
       .value = Number({0, 1, /*below_most=*/true}, GENET_FIELD(training.momentum))},
      {.name = "weight-decay",
       .metavar = "W",
       .help = "Weight decay; of weights only, not of biases and batch-normalisation parameters.",
       .value = Number({0, 1}, GENET_FIELD(training.weight_decay))},
      {.name = "fc-deviation",
       .metavar = "D",
       .help = "Standard deviation of the weights of fully-connected layers at the start; 0: He "
               "normal, with which many hidden units die in the first steps.",
       .value = Number({0, 10}, GENET_FIELD(training.fc_deviation))},
      {.name = "augment-shift",
       .help = "Train on images padded by 4 pixels and cropped at random to their size.",
       .value = Switch(GENET_FIELD(training.augment_shift)),
       .commands = {"search", "train"}},
      {.name = "augment-mirror",
       .help = "Train on images mirrored left to right at random.",
       .value = Switch(GENET_FIELD(training.augment_mirror)),
       .commands = {"search", "train"}},
  };
}

std::vector<Setting> SearchSettingList() {
  return {
      {.name = "strategy",
       .metavar = "NAME",
       .help = StrategyHelp(),
       .value = OneOf(StrategyWords(), GENET_FIELD(search.strategy))},
      {.name = "population",
       .metavar = "N",
       .help = "Individuals of a generation.",
       .value = Number({1, 1000000}, GENET_FIELD(search.population)),
       .scale_help = "Individuals of a generation."},
      {.name = "generations",
       .metavar = "T",
       .help = "Rounds of selection, crossover and mutation after the initial population. The one "
               "setting that a resumed search may raise.",
       .value = Number({0, 1000000}, GENET_FIELD(search.generations)),
       .scale_help = "Rounds after the initial population.",
       .may_grow = true},
      {.name = "mutation-probability",
       .metavar = "P",
       .help = "Probability that an individual that did not cross mutates (the paper's p_M).",
       .value = Number(kProbability, GENET_FIELD(search.mutation_probability))},
      {.name = "bit-flip-probability",
       .metavar = "P",
       .help = "Probability that a bit of a mutating individual flips (the paper's q_M).",
       .value = Number(kProbability, GENET_FIELD(search.bit_flip_probability))},
      {.name = "crossover-probability",
       .metavar = "P",
       .help = "Probability that a pair of individuals crosses (the paper's p_C).",
       .value = Number(kProbability, GENET_FIELD(search.crossover_probability))},
      {.name = "stage-swap-probability",
       .metavar = "P",
       .help = "Probability that a crossing pair exchanges a stage (the paper's q_C).",
       .value = Number(kProbability, GENET_FIELD(search.stage_swap_probability))},
      {.name = "start",
       .metavar = "KIND",
       .help = "The initial population: bernoulli (each bit 1 with probability 0.5), all-zeros, or "
               "around:GENOME:FLIPS (GENOME with FLIPS random bits flipped in each individual).",
       .value = StartValue()},
      {.name = "fitness",
       .metavar = "KIND",
       .help = "What a genome that occurs again is worth: mean (trained again; the mean of all its "
               "evaluations, as in the paper), reuse (its first result) or canonical (as reuse, "
               "shared by all genomes of the same network).",
       .value = OneOf(kFitnesses, GENET_FIELD(search.fitness))},
  };
}

std::vector<Setting> MakeSettings() {
  std::vector<Setting> all;
  // What the settings of a group have in common.
  const auto add = [&all](SettingGroup group, const char* object, const CommandNames& commands,
                          std::vector<Setting> settings) {
    for (Setting& setting : settings) {
      setting.group = group;
      if (setting.object.empty()) setting.object = object;
      if (setting.commands.empty()) setting.commands = commands;
      all.push_back(std::move(setting));
    }
  };
  const CommandNames networks = {"search", "train", "transfer", "bench", "show"};
  const CommandNames trainings = {"search", "train", "transfer"};
  const CommandNames engines = {"search", "train", "transfer", "bench", "evaluate", "features"};
  add(SettingGroup::kPreset, "", networks, PresetSetting());
  add(SettingGroup::kData, "", trainings, DataSettings());
  add(SettingGroup::kNetwork, "", networks, NetworkSettings());
  add(SettingGroup::kEngine, "", engines, EngineSettingList());
  add(SettingGroup::kTraining, "training", trainings, TrainingSettingList());
  add(SettingGroup::kSearch, "search", {"search"}, SearchSettingList());
  return all;
}

}  // namespace

const std::vector<Setting>& Settings() {
  static const std::vector<Setting> settings = MakeSettings();
  return settings;
}

const Setting* FindSetting(std::string_view name) {
  for (const Setting& setting : Settings()) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

Status Set(RunSettings& settings, const SettingTexts& texts) {
  for (const auto& [name, text] : texts) {
    const Setting* setting = FindSetting(name);
    if (setting == nullptr) return UsageError("there is no setting '{}'", name);
    if (const Status status = setting->value.set(settings, text); !status) {
      return UsageError("{}: {}", name, status.error().message);
    }
  }
  return {};
}

}  // namespace genet
