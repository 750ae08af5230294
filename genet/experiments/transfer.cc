#include "genet/experiments/transfer.h"

#include <map>
#include <set>

#include "genet/base/duration.h"
#include "genet/base/words.h"
#include "genet/data/data_spec.h"
#include "genet/experiments/scale.h"
#include "genet/experiments/trainings.h"

namespace genet {
namespace {

// One training for each structure on each data set, equal ones once.
struct TrainingGrid {
  std::vector<TrainingPlan> plans;
  std::map<std::pair<std::string, std::string>, size_t> plan_of;  // by data and genome
  std::vector<RunSettings> settings_on;                           // by data set
  std::set<int> classes;

  size_t At(const std::string& data, const Genome& genome) const {
    return plan_of.at({data, genome.ToString()});
  }
};

Result<TrainingGrid> PlanGrid(const TransferRequest& request, ExperimentRunner& runner) {
  TrainingGrid grid;
  for (const std::string& data : request.data) {
    GENET_ASSIGN(const DataFacts facts, runner.Inspect(data));
    GENET_ASSIGN(const RunSettings settings, request.settings_on(data));
    RunSettings fitted;
    for (const TransferGenome& one : request.genomes) {
      GENET_ASSIGN(TrainingPlan plan, PlanTraining("", one.genome, settings, facts));
      fitted = plan.settings;
      const std::pair place(data, one.genome.ToString());
      if (!grid.plan_of.emplace(place, grid.plans.size()).second) continue;
      grid.plans.push_back(std::move(plan));
    }
    grid.settings_on.push_back(std::move(fitted));
    grid.classes.insert(facts.classes);
  }
  return grid;
}

Result<std::vector<Column>> Columns(const std::vector<std::string>& data_sets) {
  std::vector<Column> columns = {{"structure", "Structure"}, {"genome", "Genome"}};
  std::map<std::string, int> of_kind;
  for (const std::string& data : data_sets) {
    GENET_ASSIGN(const DataSpec spec, ParseDataSpec(data));
    std::string name = spec.kind->name;
    if (const int number = ++of_kind[name]; number > 1) name += fmt::format("-{}", number);
    columns.push_back({name + "_error_percent", name});
  }
  columns.push_back({"paper_row", "Paper's row"});
  for (const PaperDataSet& set : PaperDataSets()) {
    columns.push_back({fmt::format("paper_{}_error_percent", set.kind), set.heading});
  }
  return columns;
}

// The paper's part of a row.
void AddPaper(std::vector<Cell>& row, const PaperErrors& paper) {
  row.push_back(Cell(paper.label));
  for (const PaperDataSet& set : PaperDataSets()) row.push_back(Cell(paper.*set.error));
}

// Ours, each beside its row of the paper; then the paper's other rows.
void AddRows(ResultTable& table, const TransferRequest& request, const TrainingGrid& grid,
             const std::vector<TrainingResult>& results) {
  std::set<std::string> shown;
  for (const TransferGenome& one : request.genomes) {
    std::vector<Cell> row = {Cell(one.label), Cell(one.genome.ToString())};
    for (const std::string& data : request.data) {
      const TrainingResult& result = results[grid.At(data, one.genome)];
      row.push_back(result.test_accuracy ? Cell(100 * (1 - *result.test_accuracy)) : Cell());
    }
    if (!one.paper_label.empty()) {
      AddPaper(row, PaperRow(one.paper_label));
      shown.insert(one.paper_label);
    }
    row.resize(table.columns.size());
    table.rows.push_back(std::move(row));
  }
  const size_t ours = 2 + request.data.size();
  for (const PaperErrors& paper : PaperTable2()) {
    if (shown.contains(paper.label)) continue;
    std::vector<Cell> row(ours);
    AddPaper(row, paper);
    table.rows.push_back(std::move(row));
  }
}

std::string DescribeDataSets(const TransferRequest& request, const TrainingGrid& grid) {
  std::string text;
  for (size_t d = 0; d < request.data.size(); ++d) {
    const int images = grid.settings_on[d].train_images;
    text += fmt::format("{}{} ({})", d == 0 ? "" : "; ", request.data[d],
                        images == 0 ? std::string("whole training set")
                                    : fmt::format("{} training images", images));
  }
  return text;
}

std::string DescribeNetworks(const RunSettings& settings, const std::set<int>& classes) {
  return fmt::format("{}{}, {}, batch {}{}", ToString(WithClasses(settings.base, *classes.begin())),
                     classes.size() == 1 ? "" : " (the last layer as each data set's classes)",
                     ToString(settings.training.schedule), settings.training.batch,
                     settings.training.augment_shift
                         ? fmt::format(", padded by 4, cropped and mirrored ({} not mirrored)",
                                       Enumerate(NeverMirrored(), "and"))
                         : "");
}

}  // namespace

Result<ResultTable> Transfer(const TransferRequest& request, ExperimentRunner& runner) {
  GENET_ASSIGN(const TrainingGrid grid, PlanGrid(request, runner));
  GENET_ASSIGN(const std::vector<TrainingResult> results, runner.Train(grid.plans));

  ResultTable table{.name = request.table, .title = request.title};
  GENET_ASSIGN(table.columns, Columns(request.data));
  AddRows(table, request, grid, results);
  double seconds = 0;
  for (size_t i = 0; i < results.size(); ++i) {
    seconds += results[i].seconds;
    if (results[i].test_accuracy) continue;
    const TrainingPlan& plan = grid.plans[i];
    table.notes.push_back(fmt::format("{} on {} has no result: {}", plan.genome.ToString(),
                                      plan.settings.data, results[i].cause));
  }
  // The images of each data set stand with it; these settings are common to all.
  const RunSettings& common = grid.settings_on.front();
  table.conditions = {
      {"scale", request.scale},
      {"data", DescribeDataSets(request, grid)},
      {"seed", std::to_string(common.seed)},
      {"genomes", request.source},
      {"networks", DescribeNetworks(common, grid.classes)},
      {"errors",
       "test error after the last epoch, %; the test set is read once, by the trained "
       "network"}};
  table.cost = {{"cost", fmt::format("{} trainings, {} of one worker", results.size(),
                                     HumanDuration(seconds))}};
  return table;
}

}  // namespace genet
