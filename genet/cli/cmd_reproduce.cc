#include <algorithm>

#include "genet/base/json_reader.h"
#include "genet/base/print_error.h"
#include "genet/cli/command.h"
#include "genet/cli/experiment_tasks.h"
#include "genet/cli/number_check.h"
#include "genet/cli/reproduction_folder.h"
#include "genet/cli/scale_list.h"
#include "genet/cli/stop.h"
#include "genet/cli/summary.h"
#include "genet/engine/backends/make_engine.h"
#include "genet/execution/run_folder.h"
#include "genet/experiments/data_choice.h"
#include "genet/experiments/reproduce.h"
#include "genet/report/figure.h"

namespace genet::cli {
namespace {

using nlohmann::json;

struct Arguments {
  CLI::App* app = nullptr;
  ResourceFlags resources;
  std::string experiment, run = "runs/paper", scale, from;
  std::vector<std::string> data, weights;
  std::map<std::string, std::string> texts;  // of the settings below, by name
  bool record_test = false, list = false, json = false;
  int cores = 0;  // 0: this machine's
};

void AddOverrideFlags(CLI::App& app, std::map<std::string, std::string>& texts) {
  const auto add = [&](const std::string& name, const std::string& metavar,
                       const std::string& help) {
    app.add_option("--" + name, texts[name], help + " (default: the scale's)")
        ->type_name(metavar)
        ->group("INSTEAD OF THE SCALE'S");
  };
  for (const Setting* setting : ScaleSettings()) {
    // What is not a setting comes before the choice of an engine.
    if (setting->name == "engine") {
      add("width", "W",
          "Times the channels of the transfer, WRN and imagenet networks, such as 0.25.");
      add("repeats", "N", "Trainings of a single network that is compared with a search's best.");
      add("splits", "N", "Random splits of caltech's pictures into training and test.");
    }
    if (setting->value.form != SettingValue::Form::kSwitch) {
      add(setting->name, setting->metavar, setting->scale_help);
      continue;
    }
    app.add_flag("--" + setting->name, texts[setting->name], setting->scale_help)
        ->group("INSTEAD OF THE SCALE'S");
  }
}

Result<int> List(const Arguments& arguments, const ScaleOverrides& overrides) {
  std::vector<Scale> scales = Scales();
  if (!arguments.scale.empty()) {
    GENET_ASSIGN(const Scale scale, FindScale(arguments.scale));
    scales = {scale};
  }
  for (Scale& scale : scales) scale = Override(scale, overrides);
  GENET_ASSIGN(const RunSettings settings, SettingsOf(scales.front().search, "synthetic", 1));
  GENET_TRY(CheckEngine(settings.engine, {kProcessor}));
  GENET_ASSIGN(const Resources resources, arguments.resources.Resolve());
  const int cores = arguments.cores > 0 ? arguments.cores : DefaultWorkers(1);
  const bool given = arguments.app->count("--workers") > 0;
  GENET_ASSIGN(const std::string text,
               ListScales(scales, {.workers = given ? resources.workers : cores,
                                   .cores = cores,
                                   .json = arguments.json}));
  GENET_TRY(Print(text));
  return 0;
}

// Of the files given; without any, and without a data set to train on, those that table3 left in
// the folder.
Result<std::vector<TrainedNetwork>> NetworksOf(const std::vector<std::string>& given,
                                               const fs::path& folder,
                                               const std::vector<std::string>& data) {
  std::vector<std::string> files;
  std::error_code error;
  for (const std::string& file : given) {
    files.push_back(fs::absolute(file, error).lexically_normal().string());
  }
  const fs::path table = folder / "table3.json";
  if (files.empty() && !CaltechTrainingSet(data) && fs::exists(table, error)) {
    const auto damaged = [](const Error& why) {
      return Failure("{}; do table3 again", why.message);
    };
    const Result<json> read = ReadJson(table);
    if (!read) return damaged(read.error());
    JsonReader reader(*read, table.string());
    JsonReader values = reader.Object("values");
    std::vector<std::string> names;
    values.Get("trained", names);
    for (const Status& status : {reader.Check(), values.Check()}) {
      if (!status) return damaged(status.error());
    }
    for (const std::string& name : names) {
      files.push_back((folder / "trained" / name / "weights.safetensors").string());
    }
  }
  std::vector<TrainedNetwork> networks;
  for (const std::string& file : files) {
    GENET_ASSIGN(const WeightsFile weights, ReadWeights(file));
    networks.push_back(NamedNetwork(file, weights));
  }
  return networks;
}

// What a folder does not remember.
std::string FurtherFlags(const Arguments& arguments) {
  std::string flags;
  const auto add = [&](const char* flag, const std::string& value) {
    flags += fmt::format(" {} {}", flag, ShellQuoted(value));
  };
  for (const std::string& data : arguments.data) add("--data", data);
  for (const std::string& weights : arguments.weights) add("--weights", weights);
  if (!arguments.from.empty()) add("--from", arguments.from);
  return flags;
}

bool Has(const std::vector<Experiment>& experiments, std::string_view name) {
  return std::any_of(experiments.begin(), experiments.end(),
                     [&](const Experiment& one) { return one.name == name; });
}

bool HasSmall(const std::vector<Experiment>& experiments) {
  return std::any_of(experiments.begin(), experiments.end(),
                     [](const Experiment& one) { return one.small(); });
}

bool Searches(const std::vector<Experiment>& experiments) {
  return std::any_of(experiments.begin(), experiments.end(), [](const Experiment& one) {
    return one.small() && one.name != "table2" && one.name != "wrn";
  });
}

Result<std::vector<Experiment>> ExperimentsOf(const Arguments& arguments) {
  if (arguments.cores > 0) return UsageError("--cores: goes with --list; --workers N trains N");
  if (arguments.experiment.empty()) {
    return UsageError(
        "which experiment? table1, figure3, ... or all (genet reproduce --list shows them)");
  }
  GENET_ASSIGN(std::vector<Experiment> experiments, FindExperiments(arguments.experiment));
  if (!arguments.from.empty() && !Has(experiments, "table2") && !Has(experiments, "table3") &&
      !Has(experiments, "caltech")) {
    return UsageError("--from: only table2, table3 and caltech take structures from another run");
  }
  if (!arguments.weights.empty() && !Has(experiments, "caltech")) {
    return UsageError("--weights: only caltech takes networks that are trained");
  }
  return experiments;
}

Result<std::optional<uint64_t>> SeedOf(const Arguments& arguments) {
  if (arguments.app->count("--seed") == 0) return std::optional<uint64_t>();
  RunSettings settings;
  if (const Status s = Set(settings, {{"seed", arguments.texts.at("seed")}}); !s) {
    return UsageError("--{}", s.error().message);
  }
  return std::optional(settings.seed);
}

struct Plan {
  std::vector<Experiment> experiments;
  bool all = false;  // those that lack something are left out
  ReproductionIdentity identity;
  Reproduction reproduction;
};

// `overrides`: texts by option name, in their own notation.
Result<Plan> MakePlan(const Arguments& arguments,
                      const std::map<std::string, std::string>& overrides) {
  Plan plan;
  GENET_ASSIGN(plan.experiments, ExperimentsOf(arguments));
  plan.all = arguments.experiment == "all";
  GivenIdentity given{
      .scale = arguments.scale, .overrides = overrides, .record_test = arguments.record_test};
  GENET_ASSIGN(given.seed, SeedOf(arguments));
  Reproduction& reproduction = plan.reproduction;
  GENET_ASSIGN(reproduction.large_data, DataSpecs(arguments.data));
  const bool small = HasSmall(plan.experiments);
  if (small) reproduction.data = SmallSets(reproduction.large_data);
  if (!reproduction.data.empty()) given.data = reproduction.data.front();
  GENET_ASSIGN(plan.identity, ResolveIdentity(arguments.run, given));
  ReproductionIdentity& identity = plan.identity;
  if (small && identity.data.empty()) identity.data = RunSettings().data;
  if (reproduction.data.empty()) reproduction.data = {identity.data};
  GENET_ASSIGN(reproduction.scale, ScaleOf(identity));
  reproduction.seed = identity.seed;
  reproduction.record_test_accuracy = identity.record_test;
  reproduction.from_own = plan.all && arguments.from.empty();
  if (!arguments.from.empty()) {
    GENET_ASSIGN(reproduction.from, OpenSource(arguments.from));
  }
  std::error_code error;
  reproduction.folder = fs::absolute(arguments.run, error).lexically_normal();
  reproduction.gnuplot = FindGnuplot();
  if (Has(plan.experiments, "caltech")) {
    GENET_ASSIGN(reproduction.networks,
                 NetworksOf(arguments.weights, reproduction.folder, reproduction.large_data));
  }
  return plan;
}

// Finds mistakes before a folder is made or hours are spent.
Status CheckPlan(const Plan& plan, const Resources& resources, ExperimentRunner& runner) {
  const Reproduction& reproduction = plan.reproduction;
  GENET_ASSIGN(const RunSettings settings,
               SettingsOf(reproduction.scale.search, reproduction.data.front(), reproduction.seed));
  GENET_TRY(CheckEngine(settings.engine, resources.devices));
  for (const Experiment& experiment : plan.experiments) {
    const Status needs = CheckNeeds(experiment, reproduction);
    if (!needs && plan.all) continue;
    GENET_TRY(needs);
    GENET_TRY(CheckPictures(experiment, reproduction, runner));
  }
  if (HasSmall(plan.experiments)) {
    for (const std::string& data : reproduction.data) GENET_TRY(runner.Inspect(data));
  }
  if (!Searches(plan.experiments) && !reproduction.from_own) return {};
  GENET_TRY(CheckSettings(settings));
  GENET_TRY(CheckBeforeStart(settings, resources.devices, resources.workers, CacheFolder()));
  return {};
}

// What the experiment found, as JSON; prints it as text unless JSON was asked for.
Result<json> Perform(const Experiment& experiment, const Plan& plan, bool as_json,
                     ExperimentRunner& runner) {
  if (plan.all) {
    if (const Status needs = CheckNeeds(experiment, plan.reproduction); !needs) {
      runner.Log("left out: " + needs.error().message);
      return json{{"experiment", experiment.name}, {"left_out", needs.error().message}};
    }
  }
  GENET_ASSIGN(const Findings findings, Reproduce(experiment, plan.reproduction, runner));
  json tables = json::array();
  for (const ResultTable& table : findings.tables) {
    tables.push_back(genet::ToJson(table));
    if (!as_json) GENET_TRY(Print(genet::ToText(table) + "\n"));
  }
  for (const std::string& drawing : findings.drawings) {
    if (!as_json) GENET_TRY(Print(drawing + "\n"));
  }
  return json{{"experiment", experiment.name}, {"tables", tables}};
}

Result<int> RunExperiments(const Arguments& arguments) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, text] : arguments.texts) {
    if (name != "seed" && arguments.app->count("--" + name) > 0) texts[name] = text;
  }
  GENET_ASSIGN(const ScaleOverrides overrides, ReadOverrides(texts));
  if (arguments.list) return List(arguments, overrides);
  GENET_ASSIGN(const Plan plan, MakePlan(arguments, texts));
  GENET_ASSIGN(const Resources resources, arguments.resources.Resolve());
  const fs::path& folder = plan.reproduction.folder;
  TaskExperimentRunner runner(folder, resources);
  GENET_TRY(CheckPlan(plan, resources, runner));
  GENET_ASSIGN(const FileLock lock, TakeFolder(folder, plan.identity));

  json done = json::array();
  for (const Experiment& experiment : plan.experiments) {
    Result<json> findings = Perform(experiment, plan, arguments.json, runner);
    if (!findings && StopSignal() != 0) {
      PrintError("stopped; resume with: genet reproduce {} --run {}{}\n", arguments.experiment,
                 ShellQuoted(arguments.run), FurtherFlags(arguments));
      return StopExitStatus();
    }
    if (!findings) return tl::unexpected(findings.error());
    done.push_back(*std::move(findings));
  }
  if (arguments.json) {
    json result = ToJson(plan.identity);
    result["run"] = folder.string();
    result["experiments"] = done;
    PrintJson(result);
  } else {
    GENET_TRY(Print(fmt::format("tables and figures: {}\n", folder.string())));
  }
  return 0;
}

}  // namespace

Command AddReproduceCommand(CLI::App& root) {
  std::string names;
  for (const Experiment& experiment : Experiments()) names += experiment.name + ", ";
  CLI::App* app = AddCommand(
      root, "reproduce", "repeat an experiment of the paper",
      {"Runs an experiment of the paper and prints its table with the paper's own figures "
       "beside: " +
           names +
           "or all.\n\n"
           "A scale says how much of the paper's work is done: paper, day, hour or smoke. --list "
           "prints what each fixes and what each experiment would cost on this machine, measured "
           "within a minute. Single settings of a scale can be replaced; every table says so. A "
           "folder holds one scale, seed and data set, so its tables never mix them.\n\n"
           "The folder receives each table as .txt, .csv and .json, figures as .svg and .png "
           "(drawn "
           "by gnuplot, from the script .gp beside them), the searches as runs/NAME, which genet "
           "report reads, and the trainings as trained/NAME. Experiments share what they have in "
           "common. What was stopped or killed goes on when the command is given again; --scale, "
           "--seed and the searches' --data then come from the folder.\n\n"
           "table2 trains the structures that the paper prints, or the best ones of a search's "
           "generations 0, 5, 20 and 50 (or at the same shares of a shorter one) with --from; "
           "table3 those of the last generation, on --data imagenet:DIR (or images:DIR). caltech "
           "classifies the categories of --data images:DIR by features of networks: of --weights "
           "FILE, of those that table3 trains on the other --data, or that it left in the folder. "
           "Searches, table2 and wrn leave folders of pictures alone if another set is given.",
       "genet reproduce --list\n"
       "genet reproduce table1 --scale hour --data cifar10:data --run runs/hour\n"
       "# What it shares with table1 is not done again.\n"
       "genet reproduce figure3 --run runs/hour\n"
       "genet reproduce table2 --run runs/hour --from runs/hour --data cifar10:data --data "
       "cifar100:data\n"
       "genet reproduce table3 --run runs/hour --data imagenet:ILSVRC2012\n"
       "genet reproduce caltech --run runs/hour --data images:256_ObjectCategories\n"
       "genet reproduce all --scale smoke --run runs/smoke"});
  auto arguments = std::make_shared<Arguments>();
  arguments->app = app;
  app->add_option("EXPERIMENT", arguments->experiment, "What to repeat: " + names + "all.");
  app->add_option("--run", arguments->run,
                  "Folder of tables, figures and runs, made or resumed (default: runs/paper).")
      ->type_name("DIR");
  app->add_option("--scale", arguments->scale, "paper, day, hour or smoke.")->type_name("SCALE");
  app->add_flag("--list", arguments->list,
                "Print the scales and the cost of each experiment on this machine.");
  app->add_option("--cores", arguments->cores,
                  "With --list: the costs on as many cores like this machine's (default: those it "
                  "has).")
      ->type_name("N")
      ->check(Within(1, 4096));
  app->add_option(
         "--data", arguments->data,
         "A data set, as genet search takes it (default: synthetic). May be given more than "
         "once: searches use the first, table2 and wrn train on all, table3 and caltech on folders "
         "of pictures.")
      ->type_name("SPEC")
      ->allow_extra_args(false);
  app->add_option("--from", arguments->from,
                  "table2, table3, caltech: take the structures from this run folder, or from the "
                  "processes of this folder of experiments.")
      ->type_name("RUN");
  app->add_option("--weights", arguments->weights,
                  "caltech: a weights.safetensors of genet train whose features are taken. May be "
                  "given more than once.")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app->add_option("--seed", arguments->texts["seed"],
                  "Decides every random draw; the second process takes the next one (default: 1).")
      ->type_name("N");
  app->add_flag(
      "--record-test", arguments->record_test,
      "Record each network's test accuracy beside its fitness; selection never reads it.");
  arguments->resources.AddTo(*app, /*searches=*/true);
  app->add_flag("--json", arguments->json, "Print the tables as JSON.");
  AddOverrideFlags(*app, arguments->texts);
  return {app, [arguments] { return RunExperiments(*arguments); }};
}

}  // namespace genet::cli
