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
  std::vector<Workload> all;
  const auto add = [&](const Experiment& experiment,
                       const Result<std::vector<Workload>>& workloads) {
    Row& row = rows.emplace_back(Row{.experiment = experiment, .seconds = {}});
    for (const int count : workers) {
      row.seconds.push_back(workloads ? model.Seconds(*workloads, count)
                                      : tl::unexpected(workloads.error()));
    }
  };
  for (const Experiment& experiment : Experiments()) {
    const Result<std::vector<Workload>> workloads = WorkloadsOf(experiment, scale);
    add(experiment, workloads);
    if (workloads) all.insert(all.end(), workloads->begin(), workloads->end());
  }
  add({"all", "", "everything above; what two share is done once", ""}, all);
  return rows;
}

std::string Images(size_t count) { return count == 0 ? "all" : std::to_string(count); }

std::string SettingsText(const Scale& scale) {
  std::string text = fmt::format("scale {}: {}\n", scale.Name(), scale.summary);
  for (const auto& [label, search] : {std::pair{"search", &scale.search}, {"wrn", &scale.wrn}}) {
    text += fmt::format(
        "  {:<9} preset {}, width {:g}, N {}, T {}, {}, batch {}, {} images, {} held out\n", label,
        search->preset, search->width, search->population, search->generations, search->schedule,
        search->batch, Images(search->train_images), search->validation_images);
  }
  const TransferScale& transfer = scale.transfer;
  const LargeScale& large = scale.large;
  text +=
      fmt::format("  transfer  preset transfer, width {:g}, {}, batch {}, at most {} images\n",
                  transfer.width, transfer.schedule, transfer.batch, Images(transfer.train_images));
  text +=
      fmt::format("  repeats   {} trainings of a network that is compared with a search's best\n",
                  scale.repeats);
  text += fmt::format(
      "  table3    preset imagenet{}{}, width {:g}, {} pixels, {}, batch {}, at most {} images\n",
      large.dropout ? "" : " without dropout", large.small_start ? "" : ", He's start", large.width,
      large.pixels, large.schedule, large.batch, Images(large.train_images));
  text += fmt::format("  caltech   {} splits into training and test pictures\n", large.splits);
  return text;
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

json SearchJson(const SearchScale& search) {
  return {{"preset", search.preset},
          {"width", search.width},
          {"population", search.population},
          {"generations", search.generations},
          {"schedule", search.schedule},
          {"batch", search.batch},
          {"train_images", search.train_images},
          {"validation_images", search.validation_images}};
}

json SettingsJson(const Scale& scale) {
  const TransferScale& transfer = scale.transfer;
  const LargeScale& large = scale.large;
  return {{"scale", scale.name},
          {"overrides", scale.overrides},
          {"summary", scale.summary},
          {"search", SearchJson(scale.search)},
          {"wrn", SearchJson(scale.wrn)},
          {"transfer",
           {{"width", transfer.width},
            {"schedule", transfer.schedule},
            {"batch", transfer.batch},
            {"train_images", transfer.train_images}}},
          {"table3",
           {{"preset", "imagenet"},
            {"dropout", large.dropout},
            {"small_start", large.small_start},
            {"width", large.width},
            {"pixels", large.pixels},
            {"schedule", large.schedule},
            {"batch", large.batch},
            {"train_images", large.train_images}}},
          {"caltech", {{"splits", large.splits}}},
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
      [&](const Workload& workload, int count) {
        return MeasureStep(workload, std::min(count, own_cores), kSeconds);
      },
      options.cores);

  std::string text;
  json list = json::array();
  for (const Scale& scale : scales) {
    const std::vector<Row> rows = Costs(scale, workers, model);
    text += SettingsText(scale) + CostsText(rows, workers);
    json one = SettingsJson(scale);
    one["experiments"] = CostsJson(rows, workers);
    list.push_back(std::move(one));
  }
  if (options.json) return json{{"cores", options.cores}, {"scales", list}}.dump(2) + "\n";

  text += fmt::format(
      "Costs: steps of GeNet #1 (wrn: of the WRN) by engine {} measured on this processor for {:g} "
      "s "
      "each, times\nimages, as if every network cost as much, on data sets of the official sizes "
      "(table2: 5 structures on\nCIFAR-10, CIFAR-100 and SVHN; table3: 2 on ImageNet; caltech: the "
      "same trainings, the SVM not counted).\n224 pixels are scaled from 32 by multiply-adds. The "
      "measure is processor time: other programs that run\nmeanwhile would add to it. Each network "
      "has one thread; --threads N helps where there are more cores than\nnetworks (table2, "
      "table3), which is not counted.\n",
      ToString(scales.front().search.engine), kSeconds);
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
