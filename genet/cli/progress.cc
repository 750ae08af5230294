#include "genet/cli/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>

#include "genet/base/duration.h"
#include "genet/base/print_error.h"
#include "genet/cli/command.h"
#include "genet/report/generation_table.h"

namespace genet::cli {

std::vector<Warning> Warnings(const Generation& generation, const GenerationStatistics& statistics,
                              int classes, size_t validation_images) {
  std::vector<Warning> warnings;
  if (statistics.without_fitness > 0) {
    warnings.push_back(
        {fmt::format("{} of {} individuals have no fitness and take no part in selection",
                     statistics.without_fitness, generation.individuals.size()),
         "their evaluations diverged or failed; genet report --json names the causes"});
  }
  if (statistics.count == 0) return warnings;
  // Four deviations of guessing, and at least two percent, so that luck is not called learning.
  const double chance = 1.0 / std::max(1, classes);
  const double images = static_cast<double>(std::max<size_t>(1, validation_images));
  const double margin = std::max(0.02, 4 * std::sqrt(chance * (1 - chance) / images));
  if (statistics.max < chance + margin) {
    warnings.push_back(
        {fmt::format("every network is at chance level ({:.1f} % of {} classes)", chance * 100,
                     classes),
         "likely causes are too few epochs or images (--schedule, --train-images), a learning rate "
         "too high or too low (--schedule), or labels that do not belong to the images (genet data "
         "info)"});
    return warnings;
  }
  std::set<Genome> distinct;
  for (const Individual& individual : generation.individuals) distinct.insert(individual.genome);
  if (generation.individuals.size() > 2 && distinct.size() == 1 && generation.number > 0) {
    warnings.push_back(
        {fmt::format("the population is stuck: all {} individuals have the genome {}",
                     generation.individuals.size(),
                     generation.individuals.front().genome.ToString()),
         "likely causes are too little mutation (--mutation-probability, --bit-flip-probability) "
         "or too small a population (--population)"});
  } else if (distinct.size() > 1 && statistics.count > 2 && statistics.max == statistics.min) {
    warnings.push_back(
        {"all fitnesses are equal, so selection is uniform",
         "likely causes are too few validation images (--validation-images) or networks that all "
         "learn the same"});
  }
  return warnings;
}

SearchProgress::SearchProgress(const SearchSettings& settings, const ProgressOptions& options)
    : settings_(settings),
      options_(options),
      live_(options.terminal && !options.quiet),
      start_(Clock::now()),
      drawn_(start_) {}

void SearchProgress::Born(const Generation& generation, size_t first, int evaluations,
                          int recalled) {
  const std::lock_guard lock(mutex_);
  if (first == 0) {
    generation_ = generation.number;
    needed_ = done_ = 0;
    best_ = sum_ = 0;
    measured_ = 0;
    running_.clear();
    if (!options_.quiet && !options_.terminal && evaluations > recalled) {
      PrintError("generation {} of {}: {} evaluations{}\n", generation.number,
                 settings_.generations, evaluations,
                 recalled > 0 ? fmt::format(", {} done before", recalled) : std::string());
    }
  }
  needed_ += evaluations;
  done_ += recalled;
  recalled_ = done_ == needed_;
  DrawLine(true);
}

void SearchProgress::EvaluationFinished(const EvaluationRequest& request,
                                        const Evaluation& evaluation) {
  const std::lock_guard lock(mutex_);
  ++done_;
  ++done_here_;
  running_.erase(request.id);
  const bool finished =
      evaluation.status == Evaluation::Status::kFinished && evaluation.measures.accuracy;
  if (finished) {
    best_ = std::max(best_, *evaluation.measures.accuracy);
    sum_ += *evaluation.measures.accuracy;
    ++measured_;
  }
  if (options_.quiet) return;
  const std::string place =
      fmt::format("generation {} individual {} ({}/{}) {}", request.id.generation,
                  request.id.individual + 1, done_, needed_, request.genome.ToString());
  if (!finished) {
    live_.Clear();
    PrintError(
        "{}: {}: {}\n", place,
        evaluation.status == Evaluation::Status::kDiverged ? "diverged" : "failed at every attempt",
        evaluation.cause);
  } else if (!options_.terminal) {
    const double left = SecondsLeft();
    PrintError("{}: {:.2f} %{}\n", place, *evaluation.measures.accuracy * 100,
               left >= 0 ? fmt::format(", {} left", HumanDuration(left)) : std::string());
  }
  DrawLine(true);
}

void SearchProgress::GenerationFinished(const Generation& generation,
                                        const GenerationStatistics& statistics) {
  const std::lock_guard lock(mutex_);
  if (options_.quiet) return;
  live_.Clear();
  // Between plain log lines a row needs its heading each time; on a terminal rows follow each
  // other.
  if (!heading_printed_ || !(options_.terminal || recalled_)) PrintError("{}\n", TableHeader());
  heading_printed_ = true;
  PrintError("{}\n", ToLine(RowOf(generation, statistics)));
  if (recalled_) return;  // said when it happened
  // The advice is given once, not with every generation that it still fits.
  std::vector<std::string> findings;
  for (const Warning& warning :
       Warnings(generation, statistics, options_.classes, options_.validation_images)) {
    const bool again = std::find(last_findings_.begin(), last_findings_.end(), warning.finding) !=
                       last_findings_.end();
    PrintError("warning: generation {}: {}{}\n", generation.number, warning.finding,
               again ? std::string(", again") : "; " + warning.advice);
    findings.push_back(warning.finding);
  }
  last_findings_ = std::move(findings);
}

void SearchProgress::Running(const EvaluationId& id, double images_per_second, double fraction) {
  const std::lock_guard lock(mutex_);
  running_[id] = {images_per_second, fraction};
  DrawLine(false);
}

void SearchProgress::Log(const std::string& line) {
  const std::lock_guard lock(mutex_);
  if (options_.quiet) return;
  live_.Clear();
  PrintError("{}\n", line);
  DrawLine(true);
}

void SearchProgress::Clear() {
  const std::lock_guard lock(mutex_);
  live_.Clear();
}

void SearchProgress::DrawLine(bool force) {
  if (!live_.shown()) return;
  const Clock::time_point now = Clock::now();
  if (!force && now - drawn_ < std::chrono::milliseconds(200)) return;
  drawn_ = now;
  std::string line = fmt::format("generation {}/{}  {}/{} done", generation_, settings_.generations,
                                 done_, needed_);
  if (measured_ > 0) {
    line += fmt::format("  best {:.2f} %  mean {:.2f} %", best_ * 100, sum_ / measured_ * 100);
  }
  double rates = 0;
  for (const auto& [id, worker] : running_) rates += worker.images_per_second;
  if (!running_.empty() && rates > 0) {
    line += fmt::format("  {:.0f} images/s a worker", rates / static_cast<double>(running_.size()));
  }
  if (const double left = SecondsLeft(); left >= 0) line += "  " + HumanDuration(left) + " left";
  live_.Draw(line);
}

double SearchProgress::SecondsLeft() const {
  double worked = done_here_;  // in evaluations
  double under_way = 0;
  for (const auto& [id, worker] : running_) under_way += worker.fraction;
  worked += under_way;
  if (worked <= 0) return -1;
  const double elapsed = SecondsSince(start_);
  // At most: settings that reuse results train fewer in the generations to come.
  const double to_come =
      needed_ - done_ - under_way +
      static_cast<double>(settings_.generations - generation_) * settings_.population;
  return std::max(0.0, to_come) * elapsed / worked;
}

}  // namespace genet::cli
