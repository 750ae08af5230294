#include "genet/cli/summary.h"

#include <algorithm>
#include <set>

#include "genet/cli/command.h"
#include "genet/genome/stage.h"
#include "genet/network/drawing.h"
#include "genet/settings/presets.h"
#include "genet/settings/setting_list.h"

namespace genet::cli {
namespace {

// The flags with which a command has these settings, each with a space before it.
std::string FlagsOf(const RunSettings& settings, const char* command) {
  std::string flags = " --preset " + ShellQuoted(settings.preset);
  const Result<RunSettings> preset = Preset(settings.preset);
  for (const Setting& setting : Settings()) {
    if (setting.group == SettingGroup::kPreset || !setting.commands.contains(command)) continue;
    // A training on the whole set would do nothing with these.
    if (setting.name == "validation-images" || setting.name == "train-images") continue;
    const std::string value = setting.value.get(settings);
    if (preset && setting.value.get(*preset) == value) continue;
    flags += " --" + setting.name;
    if (setting.value.form != SettingValue::Form::kSwitch) flags += " " + ShellQuoted(value);
  }
  return flags;
}

}  // namespace

Result<SearchSummary> Summarise(RunReader& store) {
  SearchSummary summary;
  GENET_ASSIGN(summary.best, BestOf(store));
  GENET_ASSIGN(const std::vector<Generation> generations, store.Generations());
  GENET_ASSIGN(const std::vector<EvaluationRow> evaluations, store.Evaluations());
  std::set<Genome> distinct;
  for (const Generation& generation : generations) {
    if (generation.complete) summary.generations = generation.number;
    for (const Individual& individual : generation.individuals) distinct.insert(individual.genome);
  }
  summary.distinct_genomes = static_cast<int>(distinct.size());
  for (const EvaluationRow& row : evaluations) {
    ++summary.evaluations;
    summary.evaluation_seconds += row.evaluation.cost.seconds.value_or(0);
    if (row.evaluation.status == Evaluation::Status::kDiverged) ++summary.diverged;
    if (row.evaluation.status == Evaluation::Status::kFailed) ++summary.failed;
  }
  return summary;
}

nlohmann::json ToJson(const SearchSummary& summary) {
  nlohmann::json json = {{"best", nullptr},
                         {"generations", summary.generations},
                         {"evaluations", summary.evaluations},
                         {"diverged", summary.diverged},
                         {"failed", summary.failed},
                         {"distinct_genomes", summary.distinct_genomes},
                         {"cost", {{"evaluation_seconds", summary.evaluation_seconds}}}};
  if (summary.best) {
    const BestGenome& best = *summary.best;
    nlohmann::json& object = json["best"];
    object = {{"genome", best.genome.ToString()}, {"canonical", Canonical(best.genome).ToString()},
              {"generation", best.generation},    {"individual", best.individual},
              {"fitness", best.fitness},          {"evaluations", best.evaluations},
              {"standard_deviation", nullptr},    {"test_accuracy", nullptr}};
    if (best.evaluations > 0) {
      object.update({{"mean", best.mean}, {"min", best.min}, {"max", best.max}});
    }
    if (best.standard_deviation) object["standard_deviation"] = *best.standard_deviation;
    if (best.test_mean) object["test_accuracy"] = *best.test_mean;
  }
  return json;
}

std::string ToText(const SearchSummary& summary, const RunSettings& settings,
                   const std::string& run) {
  std::string text = fmt::format("cost: {} evaluations of {} different genomes, {} of worker time",
                                 summary.evaluations, summary.distinct_genomes,
                                 HumanDuration(summary.evaluation_seconds));
  if (summary.diverged + summary.failed > 0) {
    text += fmt::format("; {} diverged, {} failed", summary.diverged, summary.failed);
  }
  text += "\n";
  if (!summary.best) return "no individual has a fitness\n" + text;
  const BestGenome& best = *summary.best;
  const std::string genome = best.genome.ToString();
  text = ToText(best) + "\n\n" + DrawText(best.genome, settings.base) + "\n" + text;
  const std::string word = ShellQuoted(run);
  text += fmt::format(
      "\nnext\n"
      "  genet report {}\n"
      "  genet show {}{}\n"
      "  genet train {} --whole{}\n"
      "  genet search --run {} --generations {}\n",
      word, ShellQuoted(genome), FlagsOf(settings, "show"), ShellQuoted(genome),
      FlagsOf(settings, "train"), word, summary.generations + 10);
  return text;
}

std::string ShellQuoted(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:,=@%+";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace genet::cli
