#include <unistd.h>

#include "genet/base/duration.h"
#include "genet/base/note.h"
#include "genet/base/random.h"
#include "genet/base/version.h"
#include "genet/cli/command.h"
#include "genet/cli/stop.h"
#include "genet/cli/terminal.h"
#include "genet/execution/task.h"
#include "genet/training/curve.h"
#include "genet/training/make_engine.h"
#include "genet/training/top_accuracy.h"
#include "genet/training/trainer.h"
#include "genet/training/weights_file.h"

namespace genet::cli {
namespace {

struct Arguments {
  RunFlags run;
  std::string genome, folder, device = "cpu", checkpoint_every = "60s";
  bool whole = false, json = false, quiet = false;
  int threads = 1, loader_threads = 1;
};

// A folder name for a genome that no shell needs quoted.
std::string FolderName(std::string text) {
  std::replace(text.begin(), text.end(), '|', '_');
  return text;
}

// A line an epoch, and on a terminal one that counts the images in between.
class TrainingProgress {
 public:
  TrainingProgress(int epochs, int64_t images_per_epoch, bool quiet)
      : epochs_(epochs),
        images_per_epoch_(images_per_epoch),
        quiet_(quiet),
        live_(!quiet && ::isatty(STDERR_FILENO) != 0) {}

  void Epoch(const EpochRecord& record) {
    if (quiet_) return;
    Clear();
    Note(
        "epoch {}/{}  rate {:g}  loss {:.4f}  training accuracy {:.2f} %  {:.0f} images/s  "
        "{} left\n",
        record.epoch, epochs_, record.learning_rate, record.train_loss, record.train_accuracy * 100,
        Rate(), HumanDuration(Left()));
  }

  void Images(int epoch, int64_t images_done) {
    if (first_ < 0) {
      first_ = images_done;
      start_ = Clock::now();
    }
    done_ = images_done;
    if (!live_.shown() || SecondsSince(shown_) < 0.5) return;
    shown_ = Clock::now();
    live_.Draw(
        fmt::format("epoch {}/{}  {:.0f} %  {:.0f} images/s  {} left", epoch, epochs_,
                    100.0 * (images_done - (epoch - 1) * images_per_epoch_) / images_per_epoch_,
                    Rate(), HumanDuration(Left())));
  }

  void Log(const std::string& line) {
    if (quiet_) return;
    Clear();
    Note("{}\n", line);
  }

  void Clear() const { live_.Clear(); }

  double Rate() const {
    const double seconds = SecondsSince(start_);
    return first_ >= 0 && seconds > 0 ? static_cast<double>(done_ - first_) / seconds : 0;
  }

 private:
  double Left() const {
    const double rate = Rate();
    if (!(rate > 0)) return -1;
    return static_cast<double>(epochs_ * images_per_epoch_ - done_) / rate;
  }

  int64_t epochs_, images_per_epoch_;
  bool quiet_;
  LiveLine live_;
  int64_t first_ = -1, done_ = 0;
  Clock::time_point start_ = Clock::now(), shown_ = Clock::now();
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
  text += fmt::format("weights              {}\n", (folder / "weights.safetensors").string());
  text += fmt::format("time                 {}\n",
                      HumanDuration(result["cost"]["seconds"].get<double>()));
  (void)Print(text);
}

fs::path SettingsPath(const fs::path& folder) { return folder / "settings.json"; }

// A folder belongs to one training: other settings are refused, not mixed.
Status CheckFolder(const fs::path& folder, const nlohmann::json& settings) {
  const fs::path path = SettingsPath(folder);
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  GENET_ASSIGN(const std::string text, ReadFile(path));
  const auto stored = nlohmann::json::parse(text, nullptr, false);
  if (stored.is_discarded()) {
    return Failure("{}: not JSON; move it away to train here", path.string());
  }
  if (stored == settings) return {};
  for (const auto& change : nlohmann::json::diff(stored, settings)) {
    return UsageError(
        "{}: holds a training with other settings (first difference: {}); give the same ones, or "
        "another --out",
        folder.string(), change["path"].get<std::string>());
  }
  return {};
}

Result<int> TrainGenome(const Arguments& arguments) {
  GENET_ASSIGN(const RunSettings settings, arguments.run.Resolve());
  GENET_TRY(CheckEngine(settings.engine, {arguments.device}));
  GENET_ASSIGN(const double checkpoint_seconds,
               ParseDuration("--checkpoint-every", arguments.checkpoint_every));
  Result<Genome> read = Genome::Parse(arguments.genome, settings.space);
  if (!read) return UsageError("{}", read.error().message);
  const Genome& genome = *read;
  const fs::path folder = arguments.folder.empty()
                              ? fs::path("trained") / FolderName(arguments.genome)
                              : fs::path(arguments.folder);

  // Only what decides this training: the settings of the search are no part of it.
  nlohmann::json own = ToJson(settings);
  own.erase("search");
  own["genome"] = genome.ToString();
  own["whole"] = arguments.whole;

  GENET_TRY(CheckFolder(folder, own));
  const fs::path result_path = folder / "result.json";
  std::error_code error;
  if (fs::exists(result_path, error)) {
    GENET_ASSIGN(const std::string text, ReadFile(result_path));
    const auto result = nlohmann::json::parse(text, nullptr, false);
    if (result.is_discarded()) {
      return Failure("{}: not JSON; delete it to train again", result_path.string());
    }
    if (!arguments.quiet) Note("{}: trained already\n", folder.string());
    if (arguments.json) {
      PrintJson(result);
    } else {
      PrintResult(result, folder);
    }
    return 0;
  }

  GENET_ASSIGN(const TrainingTask task, OpenTask(settings, genome, CacheFolder(), arguments.whole,
                                                 {.loader_threads = arguments.loader_threads}));
  const int at_once = settings.training.images_at_once();
  GENET_TRY(CheckMemory(LeastMemoryBytes(task.network, settings.engine, at_once), at_once));
  // Only now: a mistake shall not leave a folder behind that refuses the corrected settings.
  GENET_TRY(MakeFolders(folder));
  GENET_ASSIGN(const FileLock lock, FileLock::Take(folder / "lock"));
  GENET_TRY(CheckFolder(folder, own));  // another may have begun meanwhile
  GENET_TRY(WriteFileAtomically(SettingsPath(folder), own.dump(2) + "\n"));
  const ChannelStatistics statistics = MeasureChannels(task.train);
  GENET_ASSIGN(const std::unique_ptr<Engine> engine,
               MakeEngine(task.network, NormalisingTransform(statistics), settings.engine,
                          {at_once, arguments.threads, arguments.device}));
  const RandomKey key = RandomKey(settings.seed).Derive("full training");
  GENET_TRY(engine->SetState(
      InitialState(task.network, key.Derive("initialisation"), settings.training.fc_deviation)));

  const int64_t batch = settings.training.batch;
  TrainingProgress progress(settings.training.epochs(),
                            static_cast<int64_t>(task.train.size()) / batch * batch,
                            arguments.quiet);
  if (!arguments.quiet) {
    Note("training {} on {} images of {}, {} parameters, schedule {}, seed {}\n", genome.ToString(),
         task.train.size(), settings.data, WithSeparators(task.network.parameters()),
         ToString(settings.training.schedule), settings.seed);
  }
  for (const std::string& note : task.data.notes) progress.Log("note: " + note);
  CatchStopSignals();
  const CheckpointSettings checkpoint{.file = folder / "checkpoint.safetensors",
                                      .seconds_between = checkpoint_seconds,
                                      .identity = own.dump()};
  TrainingCallbacks callbacks;
  callbacks.epoch = [&](const EpochRecord& record) { progress.Epoch(record); };
  callbacks.progress = [&](int epoch, int64_t images) {
    progress.Images(epoch, images);
    return StopSignal() != 0;
  };
  callbacks.log = [&](const std::string& line) { progress.Log(line); };
  const Clock::time_point start = Clock::now();
  const ImageList& test_images = task.data.test;
  std::vector<float> logits(test_images.size() * static_cast<size_t>(task.network.classes()));
  GENET_ASSIGN(const TrainingOutcome outcome,
               Train(*engine, settings.training, task.train, task.measured, key.Derive("epochs"),
                     checkpoint, callbacks, arguments.whole ? logits : std::span<float>()));
  progress.Clear();
  if (outcome.status == TrainingOutcome::Status::kStopped) {
    Note("stopped; resume with the same command (--out {})\n", folder.string());
    return StopExitStatus();
  }
  if (outcome.status == TrainingOutcome::Status::kDiverged) {
    return Failure("{}: diverged: {}; try a lower learning rate (--schedule)", genome.ToString(),
                   outcome.cause);
  }
  double test_accuracy = outcome.accuracy;
  if (!arguments.whole) {
    GENET_ASSIGN(const Measurement test,
                 Measure(*engine, test_images, engine->max_batch(), logits));
    test_accuracy = test.accuracy;
  }
  const double seconds = SecondsSince(start);
  GENET_TRY(WriteWeights(folder / "weights.safetensors", {.genome = genome,
                                                          .base = task.base,
                                                          .input = task.network.layers[0].output,
                                                          .class_names = task.data.class_names,
                                                          .normalisation = statistics,
                                                          .preset = settings.preset,
                                                          .data = settings.data,
                                                          .tensors = engine->State()}));
  nlohmann::json result = {{"genome", genome.ToString()},
                           {"settings", own},
                           {"train_images", task.train.size()},
                           {"validation_accuracy", nullptr},
                           {"test_accuracy", test_accuracy},
                           {"test_top5_accuracy", TopAccuracy(test_images, logits, 5)},
                           {"curve", CurveToJson(outcome.curve)},
                           {"weights", (folder / "weights.safetensors").string()},
                           {"version", Version()},
                           {"cost",
                            {{"seconds", seconds},
                             {"images_per_second", progress.Rate()},
                             {"epochs_resumed", outcome.epochs_resumed}}}};
  if (!arguments.whole) result["validation_accuracy"] = outcome.accuracy;
  GENET_TRY(WriteFileAtomically(result_path, result.dump(2) + "\n"));
  fs::remove(checkpoint.file, error);  // what it was for is done; a leftover does no harm
  if (arguments.json) {
    PrintJson(result);
  } else {
    PrintResult(result, folder);
  }
  return 0;
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
  app->add_flag("--whole", arguments->whole, "Train on the whole training set.");
  app->add_option("--device", arguments->device,
                  "Device of engine torch, such as cuda:0 (default: cpu).")
      ->type_name("NAME");
  app->add_option("--threads", arguments->threads,
                  "Threads inside the network; results do not depend on it (default: 1).")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app->add_option("--loader-threads", arguments->loader_threads,
                  "Threads that decode pictures ahead, for sets that are not kept decoded; results "
                  "do not depend on it (default: 1).")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app->add_option("--checkpoint-every", arguments->checkpoint_every,
                  "Least time between checkpoints (default: 60s).")
      ->type_name("TIME");
  app->add_flag("--json", arguments->json, "Print JSON.");
  app->add_flag("--quiet", arguments->quiet, "No progress.");
  arguments->run.AddTo(
      *app, {},
      {"data", "train-images", "validation-images", "seed", "base", "nodes", "engine", "arithmetic",
       "channels-last", "bfloat16", "schedule", "batch", "micro-batch", "momentum", "weight-decay",
       "fc-deviation", "augment-shift", "augment-mirror"});
  return {app, [arguments] { return TrainGenome(*arguments); }};
}

}  // namespace genet::cli
