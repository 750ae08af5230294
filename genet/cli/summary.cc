#include "genet/cli/summary.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "genet/cli/command.h"
#include "genet/genome/stage.h"
#include "genet/network/drawing.h"

namespace genet::cli {
namespace {

// The seconds that an evaluation took, from what its worker said of it; 0 if it said nothing.
double SecondsOf(const Evaluation& evaluation) {
  const auto details = nlohmann::json::parse(evaluation.details, nullptr, false);
  if (!details.is_object()) return 0;
  for (const nlohmann::json* place : {&details, details.contains("cost") ? &details["cost"] : nullptr}) {
    if (place == nullptr || !place->is_object()) continue;
    for (const char* key : {"wall_seconds", "seconds"}) {
      if (place->contains(key) && (*place)[key].is_number()) return (*place)[key].get<double>();
    }
  }
  return 0;
}

// The flags that give these settings, each with a space before it.
std::string FlagsOf(const RunSettings& settings, const std::vector<RunOption::Group>& groups) {
  std::string flags = " --preset " + ShellQuoted(settings.preset);
  const Result<RunSettings> preset = Preset(settings.preset);
  for (const RunOption& option : RunOptions()) {
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) continue;
    // Neither command takes these, or would do anything with them.
    if (option.name == "record-test" || option.name == "validation-images" ||
        option.name == "train-images") {
      continue;
    }
    if (groups.size() == 1 && option.name == "arithmetic") continue;
    const std::string value = option.get(settings);
    if (preset && option.get(*preset) == value) continue;
    flags += " --" + option.name + (option.is_switch ? "" : " " + ShellQuoted(value));
  }
  return flags;
}

}  // namespace

SearchSummary Summarise(const SearchResult& result,
                        const std::vector<EvaluationRow>& evaluations) {
  SearchSummary summary;
  summary.best = result.best_individual();
  summary.generations = static_cast<int>(result.generations.size()) - 1;
  std::set<Genome> distinct;
  for (const Generation& generation : result.generations) {
    for (const Individual& individual : generation.individuals) distinct.insert(individual.genome);
  }
  summary.distinct_genomes = static_cast<int>(distinct.size());
  for (const EvaluationRow& row : evaluations) {
    ++summary.evaluations;
    summary.evaluation_seconds += SecondsOf(row.evaluation);
    if (row.evaluation.status == Evaluation::Status::kDiverged) ++summary.diverged;
    if (row.evaluation.status == Evaluation::Status::kFailed) ++summary.failed;
    if (!row.evaluation.accuracy || row.id.generation >= static_cast<int>(result.generations.size())) {
      continue;
    }
    const Generation& generation = result.generations[row.id.generation];
    if (row.id.individual >= static_cast<int>(generation.individuals.size()) ||
        generation.individuals[row.id.individual].genome != summary.best.genome) {
      continue;
    }
    summary.accuracies.push_back(*row.evaluation.accuracy);
    if (row.evaluation.test_accuracy) {
      summary.test_accuracies.push_back(*row.evaluation.test_accuracy);
    }
  }
  if (!summary.accuracies.empty()) {
    const double count = static_cast<double>(summary.accuracies.size());
    double squares = 0;
    for (const double accuracy : summary.accuracies) summary.mean += accuracy / count;
    for (const double accuracy : summary.accuracies) {
      squares += (accuracy - summary.mean) * (accuracy - summary.mean);
    }
    summary.deviation = std::sqrt(squares / count);
    const auto [least, most] =
        std::minmax_element(summary.accuracies.begin(), summary.accuracies.end());
    summary.least = *least;
    summary.most = *most;
  }
  return summary;
}

nlohmann::json ToJson(const SearchSummary& summary) {
  nlohmann::json best = {{"genome", summary.best.genome.ToString()},
                         {"canonical", Canonical(summary.best.genome).ToString()},
                         {"fitness", nullptr},
                         {"evaluations", summary.accuracies},
                         {"mean", summary.mean},
                         {"standard_deviation", summary.deviation}};
  if (summary.best.fitness) best["fitness"] = *summary.best.fitness;
  if (!summary.test_accuracies.empty()) best["test_accuracies"] = summary.test_accuracies;
  return {{"best", best},
          {"generations", summary.generations},
          {"evaluations", summary.evaluations},
          {"diverged", summary.diverged},
          {"failed", summary.failed},
          {"distinct_genomes", summary.distinct_genomes},
          {"cost", {{"evaluation_seconds", summary.evaluation_seconds}}}};
}

std::string ToText(const SearchSummary& summary, const RunSettings& settings,
                   const std::string& run) {
  const std::string genome = summary.best.genome.ToString();
  std::string text = fmt::format("\nbest genome  {}\n", genome);
  if (!summary.accuracies.empty()) {
    text += fmt::format("fitness      {:.2f} %", summary.best.fitness.value_or(0) * 100);
    text += fmt::format(
        " on {} held-out images; {} evaluation(s): mean {:.2f} %, standard deviation {:.2f}, from "
        "{:.2f} to {:.2f}\n",
        settings.validation_images, summary.accuracies.size(), summary.mean * 100,
        summary.deviation * 100, summary.least * 100, summary.most * 100);
  } else if (summary.best.fitness) {
    text += fmt::format("fitness      {:.2f} %, from another genome of the same network\n",
                        *summary.best.fitness * 100);
  }
  if (!summary.test_accuracies.empty()) {
    double sum = 0;
    for (const double accuracy : summary.test_accuracies) sum += accuracy;
    text += fmt::format("test         {:.2f} % (mean), which the search never read\n",
                        sum / static_cast<double>(summary.test_accuracies.size()) * 100);
  }
  text += "\n" + DrawText(summary.best.genome, settings.base) + "\n";
  text += fmt::format("cost         {} evaluations of {} different genomes, {} of worker time",
                      summary.evaluations, summary.distinct_genomes,
                      HumanDuration(summary.evaluation_seconds));
  if (summary.diverged + summary.failed > 0) {
    text += fmt::format("; {} diverged, {} failed", summary.diverged, summary.failed);
  }
  const std::string word = ShellQuoted(run);
  using Group = RunOption::Group;
  text += fmt::format(
      "\n\nnext\n"
      "  genet report {}\n"
      "  genet show {}{}\n"
      "  genet train {} --whole{}\n"
      "  genet search --run {} --generations {}\n",
      word, ShellQuoted(genome), FlagsOf(settings, {Group::kNetwork}), ShellQuoted(genome),
      FlagsOf(settings, {Group::kData, Group::kNetwork, Group::kTraining}), word,
      summary.generations + 10);
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
