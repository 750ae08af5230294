#include "genet/experiments/table3.h"

#include <algorithm>
#include <map>

#include "genet/base/duration.h"
#include "genet/experiments/paper.h"
#include "genet/experiments/scale.h"
#include "genet/experiments/trainings.h"

namespace genet {
namespace {

Cell ErrorCell(const std::optional<double>& accuracy) {
  return accuracy ? Cell(100 * (1 - *accuracy)) : Cell();
}

void AddPaper(std::vector<Cell>& row, const PaperLargeScale& paper) {
  row.push_back(Cell(paper.label));
  row.push_back(Cell(paper.top1));
  row.push_back(Cell(paper.top5));
  row.push_back(Cell(fmt::format("{}M", paper.million_parameters)));
}

}  // namespace

Result<std::vector<LargeNetwork>> TrainLargeNetworks(const LargeScaleRequest& request,
                                                     ExperimentRunner& runner) {
  GENET_ASSIGN(const DataFacts facts, runner.Inspect(request.settings.data));
  std::vector<TrainingPlan> plans;
  std::vector<size_t> plan_of;
  std::map<std::string, size_t> seen;
  for (const TransferGenome& one : request.genomes) {
    GENET_ASSIGN(TrainingPlan plan, PlanTraining("large-", one.genome, request.settings, facts));
    const auto [place, is_new] = seen.emplace(plan.name, plans.size());
    if (is_new) plans.push_back(std::move(plan));
    plan_of.push_back(place->second);
  }
  GENET_ASSIGN(const std::vector<TrainingResult> results, runner.Train(plans));
  std::vector<LargeNetwork> networks;
  for (size_t i = 0; i < request.genomes.size(); ++i) {
    networks.push_back({request.genomes[i], plans[plan_of[i]], results[plan_of[i]]});
  }
  return networks;
}

Result<ResultTable> LargeScaleTable(const LargeScaleRequest& request,
                                    const std::vector<LargeNetwork>& networks,
                                    ExperimentRunner& runner) {
  GENET_ASSIGN(const DataFacts facts, runner.Inspect(request.settings.data));
  ResultTable table{.name = "table3",
                    .title = "Table 3: test errors at large scale (the paper's beside)"};
  table.columns = {{"structure", "Structure"},
                   {"genome", "Genome"},
                   {"top1_error_percent", "Top-1"},
                   {"top5_error_percent", "Top-5"},
                   {"parameters", "Parameters"},
                   {"paper_row", "| Paper's row"},
                   {"paper_top1_error_percent", "Top-1"},
                   {"paper_top5_error_percent", "Top-5"},
                   {"paper_parameters", "Parameters"}};
  constexpr size_t kPaperColumns = 4;
  std::map<std::string, double> seconds;  // by training
  std::vector<std::string> shown;
  nlohmann::json trained = nlohmann::json::array();
  for (const LargeNetwork& one : networks) {
    const TrainingResult& result = one.result;
    GENET_ASSIGN(const Network network,
                 BuildNetwork(WithClasses(one.plan.settings.base, facts.classes), one.plan.genome,
                              facts.input, facts.classes));
    std::vector<Cell> row = {Cell(one.structure.label), Cell(one.plan.genome.ToString()),
                             ErrorCell(result.test_accuracy), ErrorCell(result.test_top5_accuracy),
                             Cell(int64_t{network.parameters()})};
    const auto& paper = PaperTable3();
    const auto found =
        std::find_if(paper.begin(), paper.end(), [&](const PaperLargeScale& candidate) {
          return candidate.label == one.structure.paper_label;
        });
    if (found == paper.end()) {
      row.resize(table.columns.size());
    } else {
      AddPaper(row, *found);
      shown.push_back(found->label);
    }
    table.rows.push_back(std::move(row));
    if (!seconds.emplace(one.plan.name, result.seconds).second) continue;
    if (result.test_accuracy) {
      trained.push_back(one.plan.name);
    } else {
      table.notes.push_back(
          fmt::format("{} has no result: {}", one.plan.genome.ToString(), result.cause));
    }
  }
  for (const PaperLargeScale& paper : PaperTable3()) {
    if (std::find(shown.begin(), shown.end(), paper.label) != shown.end()) continue;
    std::vector<Cell> row(table.columns.size() - kPaperColumns);
    AddPaper(row, paper);
    table.rows.push_back(std::move(row));
  }
  table.values["trained"] = std::move(trained);

  const RunSettings& settings = networks.front().plan.settings;
  table.conditions = {
      {"scale", request.scale},
      {"data", fmt::format("{} ({}, {} classes, {} x {} pixels)", settings.data,
                           networks.front().plan.full_training_set ? "whole training set"
                                                                   : "a part of the training set",
                           facts.classes, facts.input.height, facts.input.width)},
      {"seed", std::to_string(settings.seed)},
      {"genomes", request.source},
      {"networks", Describe(settings)},
      {"errors",
       "test error after the last epoch, %; the test set is read once, by the trained network"}};
  double total = 0;
  for (const auto& [name, one] : seconds) total += one;
  table.cost = {{"cost", fmt::format("{} trainings, {} of one worker", seconds.size(),
                                     HumanDuration(total))}};
  return table;
}

}  // namespace genet
