#include "genet/report/generation_table.h"

#include <algorithm>

#include "genet/report/accuracies.h"
#include "genet/search/fitness.h"

namespace genet {
namespace {

double Percent(double fraction) { return 100 * fraction; }

std::string Remark(const TableRow& row) {
  std::string remark;
  const auto add = [&remark](const std::string& part) {
    if (!remark.empty()) remark += ", ";
    remark += part;
  };
  if (row.diverged > 0) add(fmt::format("{} diverged", row.diverged));
  if (row.failed > 0) add(fmt::format("{} failed", row.failed));
  if (row.statistics.without_fitness > 0) {
    add(fmt::format("{} without fitness", row.statistics.without_fitness));
  }
  if (row.uniform_selection) add("uniform selection");
  return remark;
}

void CountStatus(TableRow& row, Evaluation::Status status) {
  switch (status) {
    case Evaluation::Status::kFinished:
      ++row.finished;
      break;
    case Evaluation::Status::kDiverged:
      ++row.diverged;
      break;
    case Evaluation::Status::kFailed:
      ++row.failed;
      break;
  }
}

}  // namespace

TableRow RowOf(const Generation& generation, const GenerationStatistics& statistics) {
  TableRow row{.generation = generation.number,
               .statistics = statistics,
               .best = {},
               .uniform_selection = generation.uniform_selection};
  if (statistics.best >= 0) row.best = generation.individuals[statistics.best].genome.ToString();
  return row;
}

Result<std::vector<TableRow>> TableOf(RunReader& store) {
  GENET_ASSIGN(const std::vector<Generation> generations, store.Generations());
  GENET_ASSIGN(const std::vector<EvaluationRow> evaluations, store.Evaluations());
  std::vector<TableRow> rows;
  for (const Generation& generation : generations) {
    if (!generation.complete) continue;
    TableRow row = RowOf(generation, StatisticsOf(generation));
    for (const EvaluationRow& one : evaluations) {
      if (one.id.generation == generation.number) CountStatus(row, one.evaluation.status);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string TableHeader() {
  return "Gen   Max %   Min %   Avg %   Med %   Std-D   Best Network Structure";
}

std::string ToLine(const TableRow& row) {
  const GenerationStatistics& s = row.statistics;
  std::string line =
      s.count == 0 ? fmt::format("{:>3}  {:>6}  {:>6}  {:>6}  {:>6}  {:>6}   -",
                                 fmt::format("{:02}", row.generation), "-", "-", "-", "-", "-")
                   : fmt::format("{:>3}  {:6.2f}  {:6.2f}  {:6.2f}  {:6.2f}  {:6.2f}   {}",
                                 fmt::format("{:02}", row.generation), Percent(s.max),
                                 Percent(s.min), Percent(s.mean), Percent(s.median),
                                 Percent(s.standard_deviation), row.best);
  const std::string remark = Remark(row);
  return remark.empty() ? line : fmt::format("{}   [{}]", line, remark);
}

std::string ToText(const std::vector<TableRow>& rows) {
  std::string text = TableHeader() + "\n";
  int finished = 0;
  int diverged = 0;
  int failed = 0;
  for (const TableRow& row : rows) {
    text += ToLine(row) + "\n";
    finished += row.finished;
    diverged += row.diverged;
    failed += row.failed;
  }
  return text +
         fmt::format(
             "Fitness of the individuals (mean validation accuracy, %) of {} generations; {} "
             "evaluations: {} finished, {} diverged, {} failed.\n",
             rows.size(), finished + diverged + failed, finished, diverged, failed);
}

std::string ToCsv(const std::vector<TableRow>& rows) {
  std::string csv =
      "generation,max_percent,min_percent,mean_percent,median_percent,standard_deviation_percent,"
      "best,finished,diverged,failed,without_fitness,uniform_selection\n";
  for (const TableRow& row : rows) {
    const GenerationStatistics& s = row.statistics;
    csv += fmt::format("{},", row.generation);
    for (double value : {s.max, s.min, s.mean, s.median, s.standard_deviation}) {
      csv += s.count == 0 ? "," : fmt::format("{:.4f},", Percent(value));
    }
    csv += fmt::format("{},{},{},{},{},{}\n", row.best, row.finished, row.diverged, row.failed,
                       s.without_fitness, row.uniform_selection ? 1 : 0);
  }
  return csv;
}

Result<std::optional<BestGenome>> BestOf(RunReader& store) {
  GENET_ASSIGN(const std::vector<Generation> generations, store.Generations());
  GENET_ASSIGN(const std::vector<EvaluationRow> evaluations, store.Evaluations());
  const std::optional<EvaluationId> id = BestOf(generations);
  if (!id) return std::nullopt;

  const Individual& individual = generations[id->generation].individuals[id->individual];
  BestGenome best{.genome = individual.genome,
                  .generation = id->generation,
                  .individual = id->individual,
                  .fitness = *individual.fitness,
                  .standard_deviation = {},
                  .test_mean = {}};
  const auto measured = AccuraciesByGenome(generations, evaluations);
  const auto found = measured.find(best.genome);
  if (found == measured.end()) return best;
  const auto& [accuracies, test_accuracies] = found->second;
  best.evaluations = static_cast<int>(accuracies.size());
  if (!test_accuracies.empty()) best.test_mean = Mean(test_accuracies);
  best.mean = Mean(accuracies);
  best.min = *std::min_element(accuracies.begin(), accuracies.end());
  best.max = *std::max_element(accuracies.begin(), accuracies.end());
  best.standard_deviation = SampleDeviation(accuracies);
  return best;
}

std::string ToText(const BestGenome& best) {
  std::string text =
      fmt::format("best genome {}: {:.2f} %", best.genome.ToString(), Percent(best.fitness));
  if (best.evaluations == 0) {
    text += " (the result of another string of the same network)";
  } else if (best.evaluations == 1) {
    text += " (one evaluation)";
  } else {
    text += fmt::format(" ({} evaluations: mean {:.2f}, {:.2f} to {:.2f} %, std-dev {:.2f})",
                        best.evaluations, Percent(best.mean), Percent(best.min), Percent(best.max),
                        Percent(*best.standard_deviation));
  }
  if (best.test_mean) text += fmt::format("; test accuracy {:.2f} %", Percent(*best.test_mean));
  return text;
}

}  // namespace genet
