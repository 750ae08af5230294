#include "genet/cli/options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <concepts>
#include <limits>
#include <numeric>
#include <utility>

#include "genet/data/data_spec.h"
#include "genet/engine/backends/backends.h"
#include "genet/genome/genome.h"
#include "genet/network/base_network.h"
#include "genet/settings/setting_limits.h"

namespace genet::cli {
namespace {

using Group = RunOption::Group;
using Setter = std::function<Status(RunSettings&, std::string_view)>;
using Getter = std::function<std::string(const RunSettings&)>;

template <std::integral T>
Result<T> ParseInteger(std::string_view text, const Limits<T>& limits) {
  T value{};
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || !limits.contain(value)) {
    return UsageError("'{}' is not {}", text, limits.ToString());
  }
  return value;
}

Result<double> ParseReal(std::string_view text, const Limits<double>& limits) {
  double value = 0;
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || !limits.contain(value)) {
    return UsageError("'{}' is not {}", text, limits.ToString());
  }
  return value;
}

Result<bool> ParseBool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return UsageError("'{}' is neither true nor false", text);
}

Status SetStart(RunSettings& settings, std::string_view text) {
  SearchSettings& search = settings.search;
  if (text == "bernoulli" || text == "all-zeros") {
    search.start =
        text == "bernoulli" ? SearchSettings::Start::kBernoulli : SearchSettings::Start::kAllZeros;
    search.around_genome.clear();
    return {};
  }
  constexpr std::string_view kAround = "around:";
  const size_t last = text.rfind(':');
  if (!text.starts_with(kAround) || last < kAround.size()) {
    return UsageError("'{}' is none of bernoulli, all-zeros, around:GENOME:FLIPS", text);
  }
  GENET_ASSIGN(const int flips, ParseInteger(text.substr(last + 1), kFlipsLimits));
  search.start = SearchSettings::Start::kAround;
  search.around_genome = text.substr(kAround.size(), last - kAround.size());
  search.around_flips = flips;
  return {};
}

std::string GetStart(const RunSettings& settings) {
  const SearchSettings& search = settings.search;
  switch (search.start) {
    case SearchSettings::Start::kBernoulli:
      return "bernoulli";
    case SearchSettings::Start::kAllZeros:
      return "all-zeros";
    case SearchSettings::Start::kAround:
      return fmt::format("around:{}:{}", search.around_genome, search.around_flips);
  }
  return "";
}

// An option that is one of a few words.
template <class Value>
struct Word {
  std::string text;
  Value value;
};

// Of an option whose words are its values.
std::vector<Word<std::string>> WordsOf(const std::vector<std::string>& texts) {
  std::vector<Word<std::string>> words;
  for (const std::string& text : texts) words.push_back({text, text});
  return words;
}

template <class Value>
Result<Value> ParseWord(std::string_view text, const std::vector<Word<Value>>& words) {
  std::string known;
  for (const auto& word : words) {
    if (text == word.text) return word.value;
    known += known.empty() ? "" : ", ";
    known += word.text;
  }
  return UsageError("'{}' is none of {}", text, known);
}

template <class Value>
std::string WordOf(const Value& value, const std::vector<Word<Value>>& words) {
  for (const auto& word : words) {
    if (value == word.value) return word.text;
  }
  return "";
}

const std::vector<Word<SearchSettings::Strategy>> kStrategies = {
    {"genetic", SearchSettings::Strategy::kGenetic}, {"random", SearchSettings::Strategy::kRandom}};
const std::vector<Word<SearchSettings::Fitness>> kFitness = {
    {"mean", SearchSettings::Fitness::kMean},
    {"reuse", SearchSettings::Fitness::kReuse},
    {"canonical", SearchSettings::Fitness::kCanonical}};

std::vector<RunOption> MakeOptions() {
  std::vector<RunOption> options;
  const auto add = [&options](std::string name, std::string metavar, Group group, std::string help,
                              Setter set, Getter get) {
    options.push_back({std::move(name), std::move(metavar), group, std::move(help), false,
                       std::move(set), std::move(get)});
  };

  // `field` gives a value's place in settings, constant ones too.
  const auto add_switch = [&options](std::string name, Group group, std::string help, auto field) {
    options.push_back({std::move(name), "", group, std::move(help), true,
                       [field](RunSettings& settings, std::string_view text) -> Status {
                         GENET_ASSIGN(field(settings), ParseBool(text));
                         return {};
                       },
                       [field](const RunSettings& settings) {
                         return std::string(field(settings) ? "true" : "false");
                       }});
  };
  const auto add_word = [&add](std::string name, std::string metavar, Group group, std::string help,
                               const auto& words, auto field) {
    add(
        std::move(name), std::move(metavar), group, std::move(help),
        [field, words](RunSettings& settings, std::string_view text) -> Status {
          GENET_ASSIGN(field(settings), ParseWord(text, words));
          return {};
        },
        [field, words](const RunSettings& settings) { return WordOf(field(settings), words); });
  };
  const auto add_integer = [&add](std::string name, std::string metavar, Group group,
                                  std::string help, const auto& limits, auto field) {
    add(
        std::move(name), std::move(metavar), group, std::move(help),
        [field, limits](RunSettings& settings, std::string_view text) -> Status {
          GENET_ASSIGN(field(settings), ParseInteger(text, limits));
          return {};
        },
        [field](const RunSettings& settings) { return std::to_string(field(settings)); });
  };
  const auto add_real = [&add](std::string name, std::string metavar, Group group, std::string help,
                               const Limits<double>& limits, auto field) {
    add(
        std::move(name), std::move(metavar), group, std::move(help),
        [field, limits](RunSettings& settings, std::string_view text) -> Status {
          GENET_ASSIGN(field(settings), ParseReal(text, limits));
          return {};
        },
        [field](const RunSettings& settings) { return fmt::format("{}", field(settings)); });
  };

  add(
      "data", "SPEC", Group::kData, DataSpecHelp(),
      [](RunSettings& settings, std::string_view text) -> Status {
        if (text.empty()) return UsageError("a data set is needed, such as cifar10:PATH");
        settings.data = WithAbsolutePath(text);
        return {};
      },
      [](const RunSettings& settings) { return settings.data; });
  add_integer(
      "train-images", "N", Group::kData,
      "Images to train on while fitness is measured, drawn from the training set, each class with "
      "its share; 0 takes all that the validation part leaves.",
      kTrainImagesLimits, [](auto& s) -> auto& { return s.train_images; });
  add_integer(
      "validation-images", "N", Group::kData,
      "Images held out of the training set; the accuracy on them is the fitness.",
      kValidationImagesLimits, [](auto& s) -> auto& { return s.validation_images; });
  add_switch(
      "record-test", Group::kData,
      "Record each network's accuracy on the test set beside its fitness. Selection and the choice "
      "of the best never read it.",
      [](auto& s) -> auto& { return s.record_test_accuracy; });
  add_integer(
      "seed", "N", Group::kData,
      "The number that decides every random draw. The same seed and settings give the same "
      "results, whatever the number of workers and threads.",
      Limits<uint64_t>{0, UINT64_MAX}, [](auto& s) -> auto& { return s.seed; });

  add(
      "base", "NETWORK", Group::kNetwork,
      "The base network in the paper's notation. A convolution in brackets, such as [C3(P1)@8], "
      "opens a stage; without any bracket every convolution does.",
      [](RunSettings& settings, std::string_view text) -> Status {
        GENET_ASSIGN(settings.base, ParseBaseNetwork(text));
        return {};
      },
      [](const RunSettings& settings) { return ToString(settings.base); });
  add(
      "nodes", "K1,K2,...", Group::kNetwork, "Ordinary nodes of each stage, such as 3,4,5.",
      [](RunSettings& settings, std::string_view text) -> Status {
        GENET_ASSIGN(settings.space, ParseSearchSpace(text));
        return {};
      },
      [](const RunSettings& settings) { return ToString(settings.space); });

  add_word(
      "engine", "NAME", Group::kEngine,
      fmt::format(
          "What trains: {}. They differ in rounding, so the choice is a part of the results.",
          DescribeEngines()),
      WordsOf(EngineNames()), [](auto& s) -> auto& { return s.engine.name; });
  add_word(
      "arithmetic", "KIND", Group::kEngine,
      "How engine cpu computes 3x3 convolutions: winograd (fewer products) or direct (every "
      "product). The two differ in rounding, so the choice is a part of the results.",
      WordsOf(EngineSettingWords("arithmetic")),
      [](auto& s) -> auto& { return s.engine.arithmetic; });
  add_switch(
      "channels-last", Group::kEngine,
      "Engine torch keeps a pixel's channels together, which is faster on some devices.",
      [](auto& s) -> auto& { return s.engine.channels_last; });
  add_switch(
      "bfloat16", Group::kEngine,
      "Engine torch multiplies in bfloat16 (8 bits of precision) in convolutions and "
      "fully-connected layers; weights and all else stay in single precision.",
      [](auto& s) -> auto& { return s.engine.bfloat16; });

  add(
      "schedule", "PHASES", Group::kTraining,
      "Epochs at a learning rate, one phase after the other, such as 120@1e-2,60@1e-3.",
      [](RunSettings& settings, std::string_view text) -> Status {
        GENET_ASSIGN(settings.training.schedule, ParseSchedule(text));
        return {};
      },
      [](const RunSettings& settings) { return ToString(settings.training.schedule); });
  add_integer(
      "batch", "N", Group::kTraining, "Images of a training step.", kBatchLimits,
      [](auto& s) -> auto& { return s.training.batch; });
  add_integer(
      "micro-batch", "N", Group::kTraining,
      "Images that pass the network together, for batches too large for the memory; gradients of a "
      "batch are added, batch normalisation sees each N by themselves. 0: the whole batch.",
      kMicroBatchLimits, [](auto& s) -> auto& { return s.training.micro_batch; });
  add_real(
      "momentum", "M", Group::kTraining, "Momentum of gradient descent, from 0 to below 1.",
      kMomentumLimits, [](auto& s) -> auto& { return s.training.momentum; });
  add_real(
      "weight-decay", "W", Group::kTraining,
      "Weight decay; of weights only, not of biases and batch-normalisation parameters.",
      kWeightDecayLimits, [](auto& s) -> auto& { return s.training.weight_decay; });
  add_real(
      "fc-deviation", "D", Group::kTraining,
      "Standard deviation of the weights of fully-connected layers at the start; 0: He normal, "
      "with which many hidden units die in the first steps.",
      kFcDeviationLimits, [](auto& s) -> auto& { return s.training.fc_deviation; });
  add_switch(
      "augment-shift", Group::kTraining,
      "Train on images padded by 4 pixels and cropped at random to their size.",
      [](auto& s) -> auto& { return s.training.augment_shift; });
  add_switch(
      "augment-mirror", Group::kTraining, "Train on images mirrored left to right at random.",
      [](auto& s) -> auto& { return s.training.augment_mirror; });

  add_word(
      "strategy", "NAME", Group::kSearch,
      "genetic (the paper's Algorithm 1) or random (every generation drawn afresh, at equal "
      "budget).",
      kStrategies, [](auto& s) -> auto& { return s.search.strategy; });
  add_integer(
      "population", "N", Group::kSearch, "Individuals of a generation.", kPopulationLimits,
      [](auto& s) -> auto& { return s.search.population; });
  add_integer(
      "generations", "T", Group::kSearch,
      "Rounds of selection, crossover and mutation after the initial population. The one setting "
      "that a resumed search may raise.",
      kGenerationsLimits, [](auto& s) -> auto& { return s.search.generations; });
  add_real(
      "mutation-probability", "P", Group::kSearch,
      "Probability that an individual that did not cross mutates (the paper's p_M).",
      kProbabilityLimits, [](auto& s) -> auto& { return s.search.mutation_probability; });
  add_real(
      "bit-flip-probability", "P", Group::kSearch,
      "Probability that a bit of a mutating individual flips (the paper's q_M).",
      kProbabilityLimits, [](auto& s) -> auto& { return s.search.bit_flip_probability; });
  add_real(
      "crossover-probability", "P", Group::kSearch,
      "Probability that a pair of individuals crosses (the paper's p_C).", kProbabilityLimits,
      [](auto& s) -> auto& { return s.search.crossover_probability; });
  add_real(
      "stage-swap-probability", "P", Group::kSearch,
      "Probability that a crossing pair exchanges a stage (the paper's q_C).", kProbabilityLimits,
      [](auto& s) -> auto& { return s.search.stage_swap_probability; });
  add("start", "KIND", Group::kSearch,
      "The initial population: bernoulli (each bit 1 with probability 0.5), all-zeros, or "
      "around:GENOME:FLIPS (GENOME with FLIPS random bits flipped in each individual).",
      SetStart, GetStart);
  add_word(
      "fitness", "KIND", Group::kSearch,
      "What a genome that occurs again is worth: mean (trained again; the mean of all its "
      "evaluations, as in the paper), reuse (its first result) or canonical (as reuse, shared by "
      "all genomes of the same network).",
      kFitness, [](auto& s) -> auto& { return s.search.fitness; });
  return options;
}

int EditDistance(std::string_view a, std::string_view b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int substituted = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

const std::vector<RunOption>& RunOptions() {
  static const std::vector<RunOption> options = MakeOptions();
  return options;
}

const RunOption* FindRunOption(std::string_view name) {
  for (const RunOption& option : RunOptions()) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

std::string ConfigKey(std::string_view option_name) {
  std::string key(option_name);
  std::replace(key.begin(), key.end(), '-', '_');
  return key;
}

Status Apply(const GivenOptions& given, RunSettings& settings) {
  // In the order of the table, so that the same mistake always gives the same message.
  for (const RunOption& option : RunOptions()) {
    const auto found = given.find(option.name);
    if (found == given.end()) continue;
    if (Status status = option.set(settings, found->second.text); !status) {
      return UsageError("{}: {}", found->second.origin, status.error().message);
    }
  }
  return {};
}

Result<RunSettings> ResolveSettings(const GivenOptions& config, const GivenOptions& flags) {
  std::string preset = RunSettings().preset;
  std::string origin = "preset";
  for (const GivenOptions* given : {&config, &flags}) {
    if (const auto found = given->find("preset"); found != given->end()) {
      preset = found->second.text;
      origin = found->second.origin;
    }
  }
  Result<RunSettings> found = Preset(preset);
  if (!found) return UsageError("{}: {}", origin, found.error().message);
  RunSettings settings = *std::move(found);
  GENET_TRY(Apply(config, settings));
  GENET_TRY(Apply(flags, settings));
  GENET_TRY(CheckSettings(settings));
  return settings;
}

Result<RunSettings> ResumeSettings(const RunSettings& stored, const GivenOptions& config,
                                   const GivenOptions& flags) {
  RunSettings settings = stored;
  for (const GivenOptions* given : {&config, &flags}) {
    if (const auto preset = given->find("preset");
        preset != given->end() && preset->second.text != stored.preset) {
      return UsageError(
          "{}: the run was started with preset '{}', not '{}'; leave it out, or use another run "
          "folder",
          preset->second.origin, stored.preset, preset->second.text);
    }
  }
  GivenOptions merged = flags;
  merged.insert(config.begin(), config.end());  // keeps what flags already name
  GENET_TRY(Apply(merged, settings));
  for (const RunOption& option : RunOptions()) {
    const std::string before = option.get(stored);
    const std::string now = option.get(settings);
    if (before == now) continue;
    const std::string& origin = merged.find(option.name)->second.origin;
    if (option.name == "generations") {
      if (settings.search.generations > stored.search.generations) continue;
      return UsageError(
          "{}: the run was started with {} generations, and their number may only grow", origin,
          before);
    }
    return UsageError(
        "{}: the run was started with {} '{}', not '{}'; leave it out, or use another run folder",
        origin, option.name, before, now);
  }
  return settings;
}

std::string Nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  // One more than what still counts as a slip.
  int best_distance =
      static_cast<int>(std::min(word.size(), std::max<size_t>(2, word.size() / 2) + 1));
  for (const std::string& candidate : candidates) {
    if (const int distance = EditDistance(word, candidate); distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

Result<double> ParseDuration(std::string_view option, std::string_view text) {
  double unit = 1;
  std::string_view number = text;
  if (!number.empty()) {
    switch (number.back()) {
      case 'h':
        unit *= 60;
        [[fallthrough]];
      case 'm':
        unit *= 60;
        [[fallthrough]];
      case 's':
        number.remove_suffix(1);
    }
  }
  double value = 0;
  auto [end, code] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (code != std::errc() || end != number.data() + number.size() || !(value > 0) ||
      !std::isfinite(value)) {
    return UsageError("{}: '{}' is not a duration such as 90s, 15m or 2h", option, text);
  }
  return value * unit;
}

}  // namespace genet::cli
