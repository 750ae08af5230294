// The experiments of section 4.2.
#include "genet/experiments/experiments.h"
#include "genet/experiments/trainings.h"

namespace genet {

Status Table2(ExperimentContext& context) {
  const Reproduction& r = context.request;
  GENET_ASSIGN(ExperimentContext::Structures structures, context.ChooseStructures());
  const TransferRequest request{
      .table = "table2",
      .title =
          "Table 2: test errors of the structures, wider and in full (the "
          "paper's beside)",
      .scale = r.scale.Name(),
      .genomes = std::move(structures.genomes),
      .data = r.data,
      .settings_on =
          [&r](const std::string& data) {
            return SettingsOf(r.scale.transfer, "transfer", data, r.seed);
          },
      .source = std::move(structures.source)};
  GENET_ASSIGN(ResultTable table, Transfer(request, context.runner));
  return context.AddFramed(std::move(table));
}

Status Wrn(ExperimentContext& context) {
  const Reproduction& r = context.request;
  constexpr const char* kName = "wrn-40";
  GENET_ASSIGN(RunSettings settings, SettingsOf(r.scale.wrn, r.data.front(), r.seed));
  GENET_ASSIGN(const Genome wrn, Genome::Parse(kName, settings.space));
  settings.record_test_accuracy = r.record_test_accuracy;
  RunSettings around = settings;
  around.search.start = SearchSettings::Start::kAround;
  around.search.around_genome = wrn.ToString();
  GENET_ASSIGN(const RunHistory search, context.Search("wrn", "search from the WRN", around));
  GENET_ASSIGN(const RunHistory original,
               context.OneGenome("wrn-original", "the WRN itself", wrn, settings, r.scale.repeats));
  const Genome& best = search.Best()->genome;
  int differing = 0;
  for (int bit = 0; bit < wrn.size(); ++bit) differing += wrn.bit(bit) != best.bit(bit);
  const Spread spread = SpreadOf(original);

  ResultTable table{.name = "wrn",
                    .title = "A search from the 40-layer wide residual network (section 4.2)"};
  table.columns = {{"generation", "Gen"},     {"max_percent", "Max"},
                   {"min_percent", "Min"},    {"mean_percent", "Avg"},
                   {"median_percent", "Med"}, {"std_dev_percent", "Std-D"}};
  for (const TableRow& row : search.rows) {
    const GenerationStatistics& s = row.statistics;
    std::vector<Cell> cells = {Cell(int64_t{row.generation})};
    for (const double value : {s.max, s.min, s.mean, s.median, s.standard_deviation}) {
      cells.push_back(s.count == 0 ? Cell() : Cell(100 * value));
    }
    table.rows.push_back(std::move(cells));
  }
  table.values = {{"original_mean_percent", 100 * spread.mean},
                  {"original_trainings", spread.count},
                  {"best_percent", 100 * *search.Best()->fitness},
                  {"best", best.ToString()},
                  {"differing_bits", differing}};
  table.notes = {
      fmt::format("The network that it starts from: {:.2f} +- {:.2f} over {} trainings on the same "
                  "split. Best of the last generation: {:.2f}.",
                  100 * spread.mean, 100 * spread.standard_deviation, spread.count,
                  100 * *search.Best()->fitness),
      fmt::format("The best differs from it in {} of {} bits: {}", differing, wrn.size(),
                  best.ToString())};
  GENET_TRY(context.Add(std::move(table), {search, original}));

  TransferScale full = r.scale.transfer;
  full.width = r.scale.wrn.width;
  const TransferRequest request{
      .table = "wrn-errors",
      .title = "Test errors of the WRN and of the best found from it (the paper's beside)",
      .scale = r.scale.Name(),
      .genomes = {{"the WRN itself", wrn, "Zagoruyko et.al [42]"},
                  {"best found from it", best, "GeNet from WRN [42]"}},
      .data = r.data,
      .settings_on = [&](const std::string& data) { return SettingsOf(full, kName, data, r.seed); },
      .source = fmt::format("this reproduction's search from the WRN, seed {}", r.seed)};
  GENET_ASSIGN(ResultTable errors, Transfer(request, context.runner));
  return context.AddFramed(std::move(errors));
}

}  // namespace genet
