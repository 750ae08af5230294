#include "genet/base/print_error.h"
#include "genet/base/words.h"
#include "genet/cli/command.h"
#include "genet/cli/experiment_tasks.h"
#include "genet/cli/number_check.h"
#include "genet/cli/stop.h"
#include "genet/cli/summary.h"
#include "genet/data/data_spec.h"
#include "genet/engine/backends/make_engine.h"
#include "genet/experiments/paper.h"
#include "genet/experiments/transfer.h"
#include "genet/network/width.h"

namespace genet::cli {
namespace {

struct Arguments {
  RunFlags run_flags;
  std::vector<std::string> genomes, data;
  std::string run = "runs/transfer";
  double width = 1;
  ResourceFlags resources;
  bool json = false;
};

// Augmented as in section 4.2, on all images.
Result<RunSettings> Settings(const Arguments& arguments) {
  GENET_ASSIGN(RunSettings settings, arguments.run_flags.Resolve());
  settings.base = WithWidth(settings.base, arguments.width);
  settings.training.augment_shift = settings.training.augment_mirror = true;
  return settings;
}

Result<int> TransferGenomes(const Arguments& arguments) {
  GENET_ASSIGN(const RunSettings settings, Settings(arguments));
  TransferRequest request{
      .table = "transfer",
      .title =
          "Test errors of the structures, trained in full (the paper's "
          "Table 2 beside)",
      .scale = fmt::format("width {:g} of preset {}{}", arguments.width, settings.preset,
                           settings.engine.name == EngineSettings().name
                               ? ""
                               : ", engine " + ToString(settings.engine)),
      .genomes = {},
      .data = {},
      .settings_on = [&settings](const std::string& data) -> Result<RunSettings> {
        GENET_ASSIGN(const DataSpec spec, ParseDataSpec(data));
        RunSettings on = settings;
        on.data = data;
        on.training.augment_mirror = spec.kind->mirrored;
        return on;
      },
      .source = "given"};
  for (const std::string& text : arguments.genomes) {
    Result<Genome> genome = Genome::Parse(text, settings.space);
    if (!genome) return UsageError("{}", genome.error().message);
    TransferGenome one{text, *std::move(genome), ""};
    for (const PaperErrors& row : PaperStructures()) {
      if (row.genome == one.genome.ToString()) one.paper_label = row.label;
    }
    request.genomes.push_back(std::move(one));
  }
  GENET_ASSIGN(request.data, DataSpecs(arguments.data));
  if (request.data.empty()) request.data = {RunSettings().data};
  std::error_code error;
  const fs::path folder = fs::absolute(arguments.run, error).lexically_normal();
  GENET_ASSIGN(const Resources resources, arguments.resources.Resolve());
  GENET_TRY(CheckEngine(settings.engine, resources.devices));
  TaskExperimentRunner runner(folder, resources);
  for (const std::string& data : request.data) GENET_TRY(runner.Inspect(data));
  const Result<ResultTable> table = Transfer(request, runner);
  if (!table && StopSignal() != 0) {
    PrintError("stopped; the same command goes on (--run {})\n", ShellQuoted(arguments.run));
    return StopExitStatus();
  }
  if (!table) return tl::unexpected(table.error());
  GENET_TRY(WriteTable(folder, *table));
  if (arguments.json) {
    PrintJson(genet::ToJson(*table));
  } else {
    GENET_TRY(Print(genet::ToText(*table)));
  }
  return 0;
}

}  // namespace

Command AddTransferCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "transfer", "train given structures in full on several data sets",
      {"Trains each genome on each data set at the width of the paper's Table 2 (64, 128 and 256 "
       "channels, 1024 hidden features), with the schedule of the search, on images padded by 4, "
       "cropped at random and mirrored (" +
           Enumerate(NeverMirrored(), "and") +
           " not mirrored), and prints the errors on the test "
           "sets with the paper's beside. Of the training set everything is used unless "
           "--train-images "
           "says otherwise; the test set is read once, by the trained network.\n\n"
           "The folder keeps the weights of every network as trained/NAME, as genet train writes "
           "them, "
           "and the table as transfer.txt, .csv and .json. What was stopped or killed goes on when "
           "the "
           "command is given again. Results depend neither on --workers nor on --threads, and on "
           "--devices only in rounding.",
       "genet transfer genet-1 genet-2 --data cifar10:data --data cifar100:data --run runs/table2\n"
       "# A quarter of the width and a tenth of the epochs.\n"
       "genet transfer genet-1 all-zeros --width 0.25 --schedule 12@1e-2,6@1e-3,4@1e-4,2@1e-5 "
       "--data cifar10:data"});
  auto arguments = std::make_shared<Arguments>();
  app->add_option("GENOME", arguments->genomes, "Genomes, as text or by name.")->required();
  app->add_option("--run", arguments->run, "Folder of the trainings (default: runs/transfer).")
      ->type_name("DIR");
  app->add_option(
         "--data", arguments->data,
         "A data set, as genet search takes it (default: synthetic). May be given more than "
         "once.")
      ->type_name("SPEC")
      ->allow_extra_args(false);
  app->add_option("--width", arguments->width,
                  "Times the channels and hidden features of the preset (default: 1).")
      ->type_name("W")
      ->check(Within(0.001, 16.0));
  arguments->resources.AddTo(*app, /*searches=*/false);
  app->add_flag("--json", arguments->json, "Print the table as JSON.");
  arguments->run_flags.AddTo(*app, {{"preset", {"transfer", "--preset"}}});
  return {app, [arguments] { return TransferGenomes(*arguments); }};
}

}  // namespace genet::cli
