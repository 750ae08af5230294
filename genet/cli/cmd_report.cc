#include "genet/cli/command.h"
#include "genet/cli/number_check.h"
#include "genet/execution/run_folder.h"
#include "genet/report/comparison.h"
#include "genet/report/generation_table.h"
#include "genet/report/run_json.h"
#include "genet/store/run_reader.h"

namespace genet::cli {
namespace {

struct Arguments {
  std::string run, against, format = "text";
  bool json = false;
  int64_t since = 0;
};

Result<RunReader> OpenRun(const std::string& folder) {
  const fs::path path = StorePath(folder);
  if (!RunReader::Exists(path)) {
    return Failure("{}: not a run folder (there is no run.db in it)", folder);
  }
  return RunReader::Open(path);
}

Result<int> Snapshot(const Arguments& arguments, RunReader& run) {
  // First, so that an evaluation that ends between the two is not missed.
  std::vector<RunningEvaluation> running;
  for (const auto& [id, progress] : RunningIn(arguments.run)) {
    running.push_back({id, progress.fraction, progress.images_per_second});
  }
  GENET_ASSIGN(const RunChanges changes, run.Since(arguments.since));
  PrintJson(SnapshotOf(changes, running));
  return 0;
}

Result<int> Report(const Arguments& arguments) {
  const bool json = arguments.json || arguments.format == "json";
  const bool snapshot = arguments.format == "snapshot";
  if (arguments.since != 0 && !snapshot) return UsageError("--since needs --format snapshot");
  if (arguments.json && (snapshot || arguments.format == "csv")) {
    return UsageError("--json and --format {}: one or the other", arguments.format);
  }
  GENET_ASSIGN(RunReader store, OpenRun(arguments.run));
  if (!arguments.against.empty()) {
    if (arguments.format == "csv" || snapshot) {
      return UsageError("--against has no --format {}", arguments.format);
    }
    GENET_ASSIGN(RunReader other, OpenRun(arguments.against));
    GENET_ASSIGN(const Comparison comparison, Compare(store, other));
    if (json) {
      PrintJson(ToJson(comparison));
    } else {
      GENET_TRY(Print(ToText(comparison, arguments.run, arguments.against)));
    }
    return 0;
  }
  if (snapshot) return Snapshot(arguments, store);
  if (json) {
    GENET_ASSIGN(const nlohmann::json history, HistoryOf(store));
    PrintJson(history);
    return 0;
  }
  GENET_ASSIGN(const std::vector<TableRow> rows, TableOf(store));
  if (arguments.format == "csv") {
    GENET_TRY(Print(ToCsv(rows)));
    return 0;
  }
  std::string text = ToText(rows);
  GENET_ASSIGN(const std::optional<BestGenome> best, BestOf(store));
  if (best) text += "\n" + ToText(*best) + "\n";
  GENET_TRY(Print(text));
  return 0;
}

}  // namespace

Command AddReportCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "report", "tables of a run",
      {"Prints a table like the paper's Table 1, a row for each complete generation, and the best "
       "genome with the mean and spread of its evaluations. It may be used while the search "
       "runs.\n\n"
       "--json prints the whole history: settings, and for each generation its individuals with "
       "genome, parents, operation, flipped bits, fitness and evaluations. What depends on the "
       "clock or the machine stands under keys named cost or machine only, so two runs had the "
       "same history if the rest is equal.\n\n"
       "--format snapshot prints the same run for a program that watches it: what is known of it, "
       "with measures, training curves and costs of each evaluation, and how far the evaluations "
       "are that run now. Its sequence, given back as --since, asks for what was recorded later.",
       "genet report runs/first\n"
       "genet report runs/first --json > first.json\n"
       "genet report runs/first --format csv > first.csv\n"
       "genet report runs/short --against runs/long\n"
       "genet report runs/first --format snapshot --since 57"});
  auto arguments = std::make_shared<Arguments>();
  app->add_option("RUN", arguments->run, "The run folder.")->required();
  app->add_option("--format", arguments->format, "text, csv, json or snapshot (default: text).")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "csv", "json", "snapshot"}));
  app->add_option(
         "--against", arguments->against,
         "Another run folder: prints the accuracies of the strings that both have trained, "
         "and their rank correlation.")
      ->type_name("RUN");
  app->add_option("--since", arguments->since,
                  "Of a snapshot: only what was recorded after this sequence (default: 0).")
      ->type_name("N")
      ->check(Within<int64_t>(0));
  app->add_flag("--json", arguments->json, "The same as --format json.");
  return {app, [arguments] { return Report(*arguments); }};
}

}  // namespace genet::cli
