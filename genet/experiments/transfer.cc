#include "genet/experiments/transfer.h"

#include <algorithm>
#include <map>
#include <set>

#include "genet/base/duration.h"
#include "genet/base/words.h"
#include "genet/data/data_spec.h"
#include "genet/experiments/scale.h"
#include "genet/experiments/trainings.h"

namespace genet {

Result<ResultTable> Transfer(const TransferRequest& request, ExperimentRunner& runner) {
  std::vector<TrainingPlan> plans;
  std::map<std::pair<std::string, std::string>, size_t> plan_of;  // by data and genome
  std::vector<RunSettings> settings_on;
  std::set<int> classes;
  for (const std::string& data : request.data) {
    GENET_ASSIGN(const DataFacts facts, runner.Inspect(data));
    GENET_ASSIGN(const RunSettings settings, request.settings_on(data));
    RunSettings fitted;
    for (const TransferGenome& one : request.genomes) {
      GENET_ASSIGN(TrainingPlan plan, PlanTraining("", one.genome, settings, facts));
      fitted = plan.settings;
      if (!plan_of.emplace(std::pair(data, one.genome.ToString()), plans.size()).second) continue;
      plans.push_back(std::move(plan));
    }
    settings_on.push_back(std::move(fitted));
    classes.insert(facts.classes);
  }
  GENET_ASSIGN(const std::vector<TrainingResult> results, runner.Train(plans));

  ResultTable table{.name = request.table, .title = request.title};
  table.columns = {{"structure", "Structure"}, {"genome", "Genome"}};
  std::map<std::string, int> of_kind;
  for (const std::string& data : request.data) {
    GENET_ASSIGN(const DataSpec spec, ParseDataSpec(data));
    std::string name = spec.kind->name;
    if (const int number = ++of_kind[name]; number > 1) name += fmt::format("-{}", number);
    table.columns.push_back({name + "_error_percent", name});
  }
  const std::span<const PaperDataSet> paper_sets = PaperDataSets();
  table.columns.push_back({"paper_row", "Paper's row"});
  for (const PaperDataSet& set : paper_sets) {
    table.columns.push_back({fmt::format("paper_{}_error_percent", set.kind), set.heading});
  }
  const auto add_paper = [&](std::vector<Cell>& row, const PaperErrors& paper) {
    row.push_back(Cell(paper.label));
    for (const PaperDataSet& set : paper_sets) row.push_back(Cell(paper.*set.error));
  };
  std::vector<std::string> shown;
  for (const TransferGenome& one : request.genomes) {
    std::vector<Cell> row = {Cell(one.label), Cell(one.genome.ToString())};
    for (const std::string& data : request.data) {
      const TrainingResult& result = results[plan_of.at({data, one.genome.ToString()})];
      row.push_back(result.test_accuracy ? Cell(100 * (1 - *result.test_accuracy)) : Cell());
    }
    if (one.paper_label.empty()) {
      row.resize(table.columns.size());
    } else {
      add_paper(row, PaperRow(one.paper_label));
      shown.push_back(one.paper_label);
    }
    table.rows.push_back(std::move(row));
  }
  for (const PaperErrors& paper : PaperTable2()) {
    if (std::find(shown.begin(), shown.end(), paper.label) != shown.end()) continue;
    std::vector<Cell> row(table.columns.size() - paper_sets.size() - 1);
    add_paper(row, paper);
    table.rows.push_back(std::move(row));
  }

  double seconds = 0;
  for (size_t i = 0; i < results.size(); ++i) {
    seconds += results[i].seconds;
    if (!results[i].test_accuracy) {
      table.notes.push_back(fmt::format("{} on {} has no result: {}", plans[i].genome.ToString(),
                                        plans[i].settings.data, results[i].cause));
    }
  }
  std::string data_sets;
  for (size_t d = 0; d < request.data.size(); ++d) {
    const RunSettings& settings = settings_on[d];
    data_sets += fmt::format("{}{} ({})", d == 0 ? "" : "; ", request.data[d],
                             settings.train_images == 0
                                 ? std::string("whole training set")
                                 : fmt::format("{} training images", settings.train_images));
  }
  // The images of each data set stand there; these are common to all.
  RunSettings common = settings_on.front();
  table.conditions = {
      {"scale", request.scale},
      {"data", data_sets},
      {"seed", std::to_string(common.seed)},
      {"genomes", request.source},
      {"networks",
       fmt::format("{}{}, {}, batch {}{}", ToString(WithClasses(common.base, *classes.begin())),
                   classes.size() == 1 ? "" : " (the last layer as each data set's classes)",
                   ToString(common.training.schedule), common.training.batch,
                   common.training.augment_shift
                       ? fmt::format(", padded by 4, cropped and mirrored ({} not mirrored)",
                                     Enumerate(NeverMirrored(), "and"))
                       : "")},
      {"errors",
       "test error after the last epoch, %; the test set is read once, by the trained "
       "network"}};
  table.cost = {{"cost", fmt::format("{} trainings, {} of one worker", results.size(),
                                     HumanDuration(seconds))}};
  return table;
}

}  // namespace genet
