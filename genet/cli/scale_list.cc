#include "genet/cli/scale_list.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "genet/base/duration.h"
#include "genet/execution/run_folder.h"
#include "genet/experiments/estimate.h"
#include "genet/experiments/reproduce.h"

namespace genet::cli {
namespace {

using nlohmann::json;

// A step takes a moment; the clock of a loaded machine is not worth more.
constexpr double kSeconds = 1;

struct Row {
  Experiment experiment;
  std::vector<Result<double>> seconds;  // by number of workers
};

// The last row is the sum, in which runs that experiments share count once.
std::vector<Row> Costs(const Scale& scale, const std::vector<int>& workers, CostModel& model) {
  std::vector<Row> rows;
  std::vector<Load> all;
  const auto add = [&](const Experiment& experiment, const Result<std::vector<Load>>& loads) {
    Row& row = rows.emplace_back(Row{.experiment = experiment, .seconds = {}});
    for (const int count : workers) {
      row.seconds.push_back(loads ? model.Seconds(*loads, count) : tl::unexpected(loads.error()));
    }
  };
  for (const Experiment& experiment : Experiments()) {
    const Result<std::vector<Load>> loads = LoadsOf(experiment, scale);
    add(experiment, loads);
    if (loads) all.insert(all.end(), loads->begin(), loads->end());
  }
  add({"all", "", "everything above; what two share is done once", ""}, all);
  return rows;
}

std::string Images(size_t count) { return count == 0 ? "all" : std::to_string(count); }

// The settings of each part of a scale, whatever data set they are for.
struct ScaleParts {
  RunSettings search, wrn, transfer, large;
};
Result<ScaleParts> PartsOf(const Scale& scale) {
  constexpr const char* kAnyData = "synthetic";
  ScaleParts parts;
  GENET_ASSIGN(parts.search, SettingsOf(scale.search, kAnyData, 1));
  GENET_ASSIGN(parts.wrn, SettingsOf(scale.wrn, kAnyData, 1));
  GENET_ASSIGN(parts.transfer, SettingsOf(scale.transfer, "transfer", kAnyData, 1));
  GENET_ASSIGN(parts.large, SettingsOf(scale.large, kAnyData, 1));
  return parts;
}

bool SmallStart(const RunSettings& settings) { return settings.training.fc_deviation != 0; }

std::string SettingsText(const Scale& scale, const ScaleParts& parts) {
  const auto training = [](const RunSettings& settings) {
    return fmt::format("{}, batch {}", ToString(settings.training.schedule),
                       settings.training.batch);
  };
  const auto search = [&](const char* label, double width, const RunSettings& settings) {
    return fmt::format("  {:<9} preset {}, width {:g}, N {}, T {}, {}, {} images, {} held out\n",
                       label, settings.preset, width, settings.search.population,
                       settings.search.generations, training(settings),
                       Images(settings.train_images), settings.validation_images);
  };
  return fmt::format("scale {}: {}\n", scale.Name(), scale.summary) +
         search("search", scale.search.width, parts.search) +
         search("wrn", scale.wrn.width, parts.wrn) +
         fmt::format("  transfer  preset transfer, width {:g}, {}, at most {} images\n",
                     scale.transfer.width, training(parts.transfer),
                     Images(parts.transfer.train_images)) +
         fmt::format(
             "  repeats   {} trainings of a network that is compared with a search's best\n",
             scale.repeats) +
         fmt::format(
             "  table3    preset imagenet{}{}, width {:g}, {} pixels, {}, at most {} images\n",
             scale.large.dropout ? "" : " without dropout",
             SmallStart(parts.large) ? "" : ", He's start", scale.large.width, scale.large.pixels,
             training(parts.large), Images(parts.large.train_images)) +
         fmt::format("  caltech   {} splits into training and test pictures\n", scale.large.splits);
}

std::string CostsText(const std::vector<Row>& rows, const std::vector<int>& workers) {
  std::string text = fmt::format("  {:<12}{:<9}", "experiment", "section");
  for (const int count : workers) {
    text += fmt::format("  {:>14}", fmt::format("{} worker{}", count, count == 1 ? "" : "s"));
  }
  text += "\n";
  for (const auto& [experiment, seconds] : rows) {
    text += fmt::format("  {:<12}{:<9}", experiment.name, experiment.section);
    std::string problem;
    for (const Result<double>& cost : seconds) {
      text += fmt::format("  {:>14}", cost ? HumanDuration(*cost) : "?");
      if (!cost) problem = fmt::format(" [{}]", cost.error().message);
    }
    text += fmt::format("   {}{}\n", experiment.summary, problem);
  }
  return text + "\n";
}

json TrainingJson(double width, const RunSettings& settings) {
  return {{"width", width},
          {"schedule", ToString(settings.training.schedule)},
          {"batch", settings.training.batch},
          {"train_images", settings.train_images}};
}

json SearchJson(double width, const RunSettings& settings) {
  json search = TrainingJson(width, settings);
  search.update({{"preset", settings.preset},
                 {"population", settings.search.population},
                 {"generations", settings.search.generations},
                 {"validation_images", settings.validation_images}});
  return search;
}

json SettingsJson(const Scale& scale, const ScaleParts& parts) {
  json large = TrainingJson(scale.large.width, parts.large);
  large.update({{"preset", parts.large.preset},
                {"dropout", scale.large.dropout},
                {"small_start", SmallStart(parts.large)},
                {"pixels", scale.large.pixels}});
  return {{"scale", scale.name},
          {"overrides", scale.overrides},
          {"summary", scale.summary},
          {"search", SearchJson(scale.search.width, parts.search)},
          {"wrn", SearchJson(scale.wrn.width, parts.wrn)},
          {"transfer", TrainingJson(scale.transfer.width, parts.transfer)},
          {"table3", large},
          {"caltech", {{"splits", scale.large.splits}}},
          {"repeats", scale.repeats}};
}

json CostsJson(const std::vector<Row>& rows, const std::vector<int>& workers) {
  json experiments = json::array();
  for (const auto& [experiment, costs] : rows) {
    json seconds = json::object();
    for (size_t i = 0; i < workers.size(); ++i) {
      seconds[std::to_string(workers[i])] = costs[i] ? json(*costs[i]) : json();
    }
    experiments.push_back({{"experiment", experiment.name},
                           {"section", experiment.section},
                           {"summary", experiment.summary},
                           {"cost", {{"seconds_by_workers", seconds}}}});
  }
  return experiments;
}

}  // namespace

Result<std::string> ListScales(const std::vector<Scale>& scales, const ScaleListOptions& options) {
  const int own_cores = DefaultWorkers(1);
  std::vector<int> workers = {1};
  if (options.workers > 1) workers.push_back(options.workers);
  CostModel model(
      [&](const Load& load, int count) {
        return MeasureStep(load, std::min(count, own_cores), kSeconds);
      },
      options.cores);

  std::string text;
  json list = json::array();
  for (const Scale& scale : scales) {
    const std::vector<Row> rows = Costs(scale, workers, model);
    GENET_ASSIGN(const ScaleParts parts, PartsOf(scale));
    text += SettingsText(scale, parts) + CostsText(rows, workers);
    json one = SettingsJson(scale, parts);
    one["experiments"] = CostsJson(rows, workers);
    list.push_back(std::move(one));
  }
  if (options.json) return json{{"cores", options.cores}, {"scales", list}}.dump(2) + "\n";

  text += fmt::format(
      "Costs: engine cpu's steps of GeNet #1 (wrn: of the WRN) measured on this machine for {:g} s "
      "each, times\nimages, as if every network cost as much, on data sets of the official sizes "
      "(table2: 5 structures on\nCIFAR-10, CIFAR-100 and SVHN; table3: 2 on ImageNet; caltech: the "
      "same trainings, the SVM not counted).\n224 pixels are scaled from 32 by multiply-adds. The "
      "measure is processor time: other programs that run\nmeanwhile would add to it. Each network "
      "has one thread; --threads N helps where there are more cores than\nnetworks (table2, "
      "table3), which is not counted.\n",
      kSeconds);
  if (options.cores > own_cores) {
    text += fmt::format(
        "{} cores: as many like these {}, that slow one another down no more than these do.\n",
        options.cores, own_cores);
  } else if (options.workers > options.cores) {
    text += fmt::format("{} workers share {} cores; --cores N tells the costs on N.\n",
                        options.workers, options.cores);
  }
  return text;
}

}  // namespace genet::cli
