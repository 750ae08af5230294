#include <unistd.h>

#include <algorithm>

#include "genet/base/duration.h"
#include "genet/base/parse.h"
#include "genet/base/print_error.h"
#include "genet/cli/command.h"
#include "genet/cli/number_check.h"
#include "genet/cli/stop.h"
#include "genet/cli/terminal.h"
#include "genet/engine/backends/backends.h"
#include "genet/engine/backends/make_engine.h"
#include "genet/execution/training_folder.h"

namespace genet::cli {
namespace {

struct Arguments {
  RunFlags run;
  std::string genome, folder, device = kProcessor, checkpoint_every = "60s";
  bool full_training_set = false, json = false, quiet = false;
  int threads = 1, loader_threads = 1;
};

// A folder name for a genome that no shell needs quoted.
std::string FolderName(std::string text) {
  std::replace(text.begin(), text.end(), '|', '_');
  return text;
}

// One line per epoch, and on a terminal one that counts the images in between.
class TrainingProgress {
 public:
  TrainingProgress(int epochs, bool quiet)
      : epochs_(epochs), quiet_(quiet), live_(!quiet && ::isatty(STDERR_FILENO) != 0) {}

  void Epoch(const EpochRecord& record) {
    if (quiet_) return;
    Clear();
    PrintError(
        "epoch {}/{}  rate {:g}  loss {:.4f}  training accuracy {:.2f} %  {:.0f} images/s  "
        "{} left\n",
        record.epoch, epochs_, record.learning_rate, record.train_loss, record.train_accuracy * 100,
        moment_.images_per_second, HumanDuration(Left()));
  }

  void Step(const TrainingMoment& moment) {
    moment_ = moment;
    if (!live_.shown() || SecondsSince(shown_) < 0.5) return;
    shown_ = Clock::now();
    const int64_t per_epoch = moment.images / epochs_;
    const int64_t done = moment.images_done - (moment.epoch - 1) * per_epoch;
    live_.Draw(fmt::format("epoch {}/{}  {:.0f} %  {:.0f} images/s  {} left", moment.epoch, epochs_,
                           100.0 * static_cast<double>(done) / static_cast<double>(per_epoch),
                           moment.images_per_second, HumanDuration(Left())));
  }

  void Log(const std::string& line) {
    if (quiet_) return;
    Clear();
    PrintError("{}\n", line);
  }

  void Clear() const { live_.Clear(); }

 private:
  double Left() const {
    if (!(moment_.images_per_second > 0)) return -1;
    return static_cast<double>(moment_.images - moment_.images_done) / moment_.images_per_second;
  }

  int epochs_;
  bool quiet_;
  LiveLine live_;
  TrainingMoment moment_;
  Clock::time_point shown_ = Clock::now();
};

void PrintResult(const nlohmann::json& result, const fs::path& folder) {
  std::string text = fmt::format("genome               {}\n", result["genome"].get<std::string>());
  if (!result["validation_accuracy"].is_null()) {
    text += fmt::format("validation accuracy  {:.2f} %\n",
                        result["validation_accuracy"].get<double>() * 100);
  }
  text +=
      fmt::format("test accuracy        {:.2f} %\n", result["test_accuracy"].get<double>() * 100);
  if (result.contains("test_top5_accuracy")) {
    text += fmt::format("top-5 accuracy       {:.2f} %\n",
                        result["test_top5_accuracy"].get<double>() * 100);
  }
  text += fmt::format("weights              {}\n", WeightsPath(folder).string());
  text += fmt::format("time                 {}\n",
                      HumanDuration(result["cost"]["seconds"].get<double>()));
  (void)Print(text);
}

// The result of a training, now or before; a divergence is an error.
Result<int> ShowResult(const nlohmann::json& result, const fs::path& folder, bool as_json) {
  if (result.contains("diverged")) {
    return Failure("{}: diverged: {}; try a lower learning rate (--schedule)",
                   result["genome"].get<std::string>(), result["diverged"].get<std::string>());
  }
  if (as_json) {
    PrintJson(result);
  } else {
    PrintResult(result, folder);
  }
  return 0;
}

TrainingObserver ObserverOf(const FullTraining& training, TrainingProgress& progress, bool quiet) {
  TrainingObserver observer;
  observer.begun = [&progress, &training, quiet](const TrainingSetup& setup) -> Status {
    if (!quiet) {
      const RunSettings& settings = training.settings;
      PrintError("training {} on {} images of {}, {} parameters, schedule {}, seed {}\n",
                 training.genome.ToString(), setup.train.size(), settings.data,
                 WithSeparators(setup.network.parameters()), ToString(settings.training.schedule),
                 settings.seed);
    }
    for (const std::string& note : setup.data.notes) progress.Log("note: " + note);
    CatchStopSignals();
    return {};
  };
  observer.epoch = [&progress](const EpochRecord& record) { progress.Epoch(record); };
  observer.step = [&progress](const TrainingMoment& moment) {
    progress.Step(moment);
    return Status();
  };
  observer.log = [&progress](const std::string& line) { progress.Log(line); };
  observer.stop = [] { return StopSignal() != 0; };
  return observer;
}

Result<int> TrainGenome(const Arguments& arguments) {
  FullTraining training{.full_training_set = arguments.full_training_set};
  GENET_ASSIGN(training.settings, arguments.run.Resolve());
  GENET_TRY(CheckEngine(training.settings.engine, {arguments.device}));
  GENET_ASSIGN(const double checkpoint_seconds,
               ParseDuration("--checkpoint-every", arguments.checkpoint_every));
  Result<Genome> genome = Genome::Parse(arguments.genome, training.settings.space);
  if (!genome) return UsageError("{}", genome.error().message);
  training.genome = *std::move(genome);
  const fs::path folder = arguments.folder.empty()
                              ? fs::path("trained") / FolderName(arguments.genome)
                              : fs::path(arguments.folder);
  GENET_TRY(CheckTrainingFolder(folder, training));
  GENET_ASSIGN(const auto earlier, ReadTrainingResult(folder, training));
  if (earlier) {
    if (!arguments.quiet) PrintError("{}: trained already\n", folder.string());
    return ShowResult(*earlier, folder, arguments.json);
  }
  TrainingProgress progress(training.settings.training.epochs(), arguments.quiet);
  const Result<std::optional<nlohmann::json>> result =
      TrainInFolder(folder, training,
                    {.threads = arguments.threads,
                     .loader_threads = arguments.loader_threads,
                     .device = arguments.device,
                     .cache = CacheFolder()},
                    checkpoint_seconds, ObserverOf(training, progress, arguments.quiet));
  progress.Clear();
  if (!result) return tl::unexpected(result.error());
  if (!*result) {
    PrintError("stopped; resume with the same command (--out {})\n", folder.string());
    return StopExitStatus();
  }
  return ShowResult(**result, folder, arguments.json);
}

}  // namespace

Command AddTrainCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "train", "train one network in full and write its weights",
      {"Trains the network of a genome from scratch with the whole schedule, measures it on the "
       "test set and writes weights.safetensors. By default it trains on the images that a search "
       "trains on and also prints the accuracy on the held-out ones; with --whole it trains on the "
       "whole training set.\n\n"
       "A training that was stopped or killed resumes when the command is given again, where it "
       "was stopped or from its last checkpoint, and ends with the same weights, bit for bit. Its "
       "folder holds settings.json, result.json and the weights. The exit status is 130 after "
       "Ctrl-C and 143 after SIGTERM.",
       "genet train genet-1 --data cifar10:data/cifar-10-batches-bin --out trained/genet-1\n"
       "genet train '1-01|0-01-100|0-11-101-0001' --whole --schedule 20@1e-2,4@1e-3\n"
       "genet evaluate trained/genet-1/weights.safetensors --data "
       "cifar10:data/cifar-10-batches-bin"});
  auto arguments = std::make_shared<Arguments>();
  app->add_option("GENOME", arguments->genome, "The genome, as text or by name.")->required();
  app->add_option("--out,--run", arguments->folder,
                  "Folder of the training, created or resumed (default: trained/GENOME).")
      ->type_name("DIR");
  app->add_flag("--whole", arguments->full_training_set, "Train on the whole training set.");
  app->add_option("--device", arguments->device,
                  fmt::format("Device of the engine, such as {} (default: {}).", DescribeDevices(),
                              kProcessor))
      ->type_name("NAME");
  app->add_option("--threads", arguments->threads,
                  "Threads inside the network; results do not depend on it (default: 1).")
      ->type_name("N")
      ->check(Within(1, 1024));
  app->add_option("--loader-threads", arguments->loader_threads,
                  "Threads that decode pictures ahead, for sets that are not kept decoded; results "
                  "do not depend on it (default: 1).")
      ->type_name("N")
      ->check(Within(1, 1024));
  app->add_option("--checkpoint-every", arguments->checkpoint_every,
                  "Least time between checkpoints (default: 60s).")
      ->type_name("TIME");
  app->add_flag("--json", arguments->json, "Print JSON.");
  app->add_flag("--quiet", arguments->quiet, "No progress.");
  arguments->run.AddTo(*app);
  return {app, [arguments] { return TrainGenome(*arguments); }};
}

}  // namespace genet::cli
