#include "genet/base/duration.h"
#include "genet/base/print_error.h"
#include "genet/cli/command.h"
#include "genet/cli/run_search.h"
#include "genet/cli/stop.h"
#include "genet/cli/summary.h"
#include "genet/execution/run_folder.h"
#include "genet/search/search.h"
#include "genet/settings/json.h"
#include "genet/settings/setting_list.h"
#include "genet/store/run_store.h"

namespace genet::cli {
namespace {

struct Arguments {
  RunFlags run_flags;
  ResourceFlags resources;
  std::string run = "runs/search";
  bool json = false;
};

struct OpenedRun {
  RunStore store;
  RunSettings settings;
  bool resumed = false;
};

Result<OpenedRun> OpenRun(const Arguments& arguments, const fs::path& run) {
  GENET_ASSIGN(const GivenSettings config, arguments.run_flags.Config());
  const GivenSettings flags = arguments.run_flags.Flags();
  if (!RunStore::Exists(StorePath(run))) {
    GENET_ASSIGN(RunSettings settings, ResolveSettings(config, flags));
    GENET_ASSIGN(RunStore store, CreateRun(run, settings));
    return OpenedRun{std::move(store), std::move(settings), false};
  }
  GENET_ASSIGN(RunStore store, RunStore::Open(StorePath(run)));
  GENET_ASSIGN(const RunSettings stored, SettingsOf(store, run));
  GENET_ASSIGN(RunSettings settings, ResumeSettings(stored, config, flags));
  // A run that is told to go on for longer stays so, however it ends this time.
  if (ToJson(settings) != ToJson(stored)) {
    GENET_TRY(store.ReplaceSettings(ToJson(settings).dump()));
  }
  return OpenedRun{std::move(store), std::move(settings), true};
}

Result<int> Search(const Arguments& arguments) {
  GENET_ASSIGN(const Resources resources, arguments.resources.Resolve());
  std::error_code error;
  const fs::path run = fs::absolute(arguments.run, error).lexically_normal();
  if (!RunStore::Exists(StorePath(run))) {  // a mistake shall not leave a folder behind
    GENET_ASSIGN(const RunSettings settings, arguments.run_flags.Resolve());
    GENET_TRY(CheckBeforeStart(settings, resources.devices, resources.workers, CacheFolder()));
  }
  GENET_ASSIGN(const FileLock lock, LockRun(run));
  GENET_ASSIGN(OpenedRun opened, OpenRun(arguments, run));
  const RunSettings& settings = opened.settings;
  GENET_ASSIGN(const DataSet data,
               CheckBeforeStart(settings, resources.devices, resources.workers, CacheFolder()));

  const std::string opening = fmt::format(
      "{} {}: {} search, {} individuals, {} generations after the first, {}, "
      "preset {}, seed {}, {}",
      opened.resumed ? "resuming" : "starting", arguments.run,
      FindSetting("strategy")->value.get(settings), settings.search.population,
      settings.search.generations, settings.data, settings.preset, settings.seed,
      Describe(resources));
  const Clock::time_point start = Clock::now();
  const Result<SearchResult> result =
      RunWithProgress(settings, run, data, opened.store, resources, opening);
  if (!result && StopSignal() != 0) {
    PrintError("stopped; resume with: genet search --run {}\n", ShellQuoted(arguments.run));
    return StopExitStatus();
  }
  if (!result) return tl::unexpected(result.error());

  GENET_ASSIGN(const SearchSummary summary, Summarise(opened.store));
  if (arguments.json) {
    nlohmann::json json = ToJson(summary);
    json["run"] = run.string();
    json["settings"] = ToJson(settings);
    json["cost"]["wall_seconds"] = SecondsSince(start);
    PrintJson(json);
  } else {
    GENET_TRY(Print(ToText(summary, settings, arguments.run)));
  }
  return 0;
}

}  // namespace

Command AddSearchCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "search", "start or resume a search",
      {"Evolves network structures: draws a population of genomes, trains the network of each from "
       "scratch, and makes the next generation by selection, crossover and mutation (Algorithm 1 "
       "of the paper). The fitness of a genome is its network's accuracy on images held out of the "
       "training set.\n\n"
       "The run folder keeps everything as it happens. A search that was stopped (Ctrl-C, SIGTERM) "
       "or killed goes on when the command is given again with the same --run, and ends with the "
       "same history as one that was never disturbed. Its settings then come from the folder; a "
       "flag that disagrees with them is an error, except a larger --generations. --workers, "
       "--devices, --per-device, --threads, --time-limit, --checkpoint-every, --json and --quiet "
       "may change: results do not depend on them, but for the rounding of engine torch, which may "
       "differ between devices.\n\n"
       "The exit status is 130 after Ctrl-C and 143 after SIGTERM. Times are written 90s, 15m, 2h.",
       "# The built-in data set, a few minutes on two cores.\n"
       "genet search --preset smoke --run runs/first\n"
       "# The paper's search on CIFAR-10.\n"
       "genet search --preset iccv --data cifar10:data/cifar-10-batches-bin --run runs/iccv\n"
       "# Random search at the same budget.\n"
       "genet search --preset quick --strategy random --run runs/random\n"
       "# Ten rounds more of a finished run of 50.\n"
       "genet search --run runs/iccv --generations 60\n"
       "# Two networks at a time on each of two GPUs.\n"
       "genet search --engine torch --devices cuda:0,cuda:1 --per-device 2 --run runs/gpus"});
  auto arguments = std::make_shared<Arguments>();
  app->add_option("--run", arguments->run, "Run folder, created or resumed (default: runs/search).")
      ->type_name("DIR");
  arguments->resources.AddTo(*app, /*searches=*/true);
  app->add_flag("--json", arguments->json, "Print the closing words as JSON.");
  arguments->run_flags.AddTo(*app);
  return {app, [arguments] { return Search(*arguments); }};
}

}  // namespace genet::cli
