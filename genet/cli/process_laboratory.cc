#include "genet/cli/process_laboratory.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <list>
#include <numeric>
#include <thread>

#include "genet/base/duration.h"
#include "genet/base/note.h"
#include "genet/cli/command.h"
#include "genet/cli/stop.h"
#include "genet/cli/terminal.h"
#include "genet/data/checksum.h"
#include "genet/execution/devices.h"
#include "genet/execution/run_folder.h"
#include "genet/network/network.h"
#include "genet/training/make_engine.h"

namespace genet::cli {
namespace {

constexpr auto kPollInterval = std::chrono::milliseconds(50);

struct Running {
  size_t errand;
  std::string name;
  std::string device;
  fs::path log;
  ChildProcess process;
  Clock::time_point start = Clock::now();
};

// One line of what all are at: overwritten on a terminal, now and then elsewhere.
class ErrandsProgress {
 public:
  ErrandsProgress(std::string what, size_t count, bool quiet)
      : what_(std::move(what)),
        count_(count),
        quiet_(quiet),
        live_(!quiet && ::isatty(STDERR_FILENO) != 0) {}

  void Show(size_t done, const std::list<Running>& running) {
    if (quiet_ || SecondsSince(shown_) < (live_.shown() ? 1 : 60)) return;
    shown_ = Clock::now();
    std::string line = fmt::format("{} {} of {}", what_, done, count_);
    for (const Running& one : running) {
      const std::string last = LastLine(one.log);
      line += fmt::format("; {}{}{}", one.name, last.empty() ? "" : ": ", last);
    }
    live_.Draw(line);
    if (!live_.shown()) Note("{}\n", line);
  }
  void Clear() const { live_.Clear(); }

 private:
  std::string what_;
  size_t count_;
  bool quiet_;
  LiveLine live_;
  Clock::time_point shown_ = Clock::now();
};

// What decides a classification's result.
nlohmann::json Identity(const FeaturePlan& plan, const std::string& weights_checksum) {
  nlohmann::json identity = {{"weights", weights_checksum},
                             {"layer", plan.layer},
                             {"untrained", nullptr},
                             {"data", plan.data},
                             {"train_per_class", plan.train_per_class},
                             {"splits", plan.splits},
                             {"seed", plan.seed}};
  if (plan.untrained) identity["untrained"] = *plan.untrained;
  return identity;
}

// What FOLDER/features/NAME.json holds, if it is of this identity.
std::optional<FeatureResult> ReadFeatureResult(const fs::path& path,
                                               const nlohmann::json& identity) {
  const Result<std::string> text = ReadFile(path);
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  FeatureResult result;
  try {
    if (json.at("features") != identity) return std::nullopt;
    json.at("accuracies").get_to(result.accuracies);
    json.at("images").get_to(result.images);
    json.at("dimensions").get_to(result.dimensions);
    json.at("cost").at("seconds").get_to(result.seconds);
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
  return result;
}

}  // namespace

Result<DataFacts> ProcessLaboratory::Inspect(const std::string& data) {
  if (const auto known = facts_.find(data); known != facts_.end()) return known->second;
  GENET_ASSIGN(const DataSet set, OpenDataSet(data, CacheFolder()));
  const ImageList& images = set.train;
  std::vector<size_t> of_class(static_cast<size_t>(set.classes()));
  for (const ImageList* part : {&set.train, &set.test}) {
    for (size_t i = 0; i < part->size(); ++i) ++of_class[static_cast<size_t>(part->label(i))];
  }
  const DataFacts facts{.input = {images.channels(), images.height(), images.width()},
                        .classes = set.classes(),
                        .train_images = images.size(),
                        .smallest_class = *std::min_element(of_class.begin(), of_class.end())};
  facts_[data] = facts;
  return facts;
}

Result<RunStore> ProcessLaboratory::Search(const std::string& name, const RunSettings& settings) {
  const fs::path run = folder_ / "runs" / name;
  GENET_ASSIGN(const DataSet data,
               CheckBeforeStart(settings, options_.devices, options_.workers, CacheFolder()));
  GENET_ASSIGN(const FileLock lock, LockRun(run));
  const bool resumed = RunStore::Exists(StorePath(run));
  if (!resumed) {
    GENET_ASSIGN(RunStore store, CreateRun(run, settings));
  }
  GENET_ASSIGN(RunStore store, RunStore::Open(StorePath(run)));
  GENET_ASSIGN(const RunSettings stored, SettingsOf(store, run));
  for (const auto& change : nlohmann::json::diff(ToJson(stored), ToJson(settings))) {
    return Failure(
        "{}: holds a search with other settings (first difference: {}); take another --run folder",
        run.string(), change["path"].get<std::string>());
  }
  GENET_ASSIGN(const std::vector<Generation> generations, store.Generations());
  if (static_cast<int>(generations.size()) > settings.search.generations &&
      generations.back().complete) {
    return store;
  }
  GENET_TRY(RunWithProgress(
      settings, run, data, store, options_,
      fmt::format("{} {}: {} individuals, {} generations after the first, {}, "
                  "seed {}, {}",
                  resumed ? "resuming" : "starting", run.string(), settings.search.population,
                  settings.search.generations, settings.data, settings.seed, Describe(options_))));
  return store;
}

Result<TrainingResult> ProcessLaboratory::ReadResult(const TrainingPlan& plan) const {
  const fs::path path = ResultPath(plan);
  GENET_ASSIGN(const std::string text, ReadFile(path));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  TrainingResult result;
  try {
    result.test_accuracy = json.at("test_accuracy").get<double>();
    if (json.contains("test_top5_accuracy")) {
      result.test_top5_accuracy = json.at("test_top5_accuracy").get<double>();
    }
    result.weights = (path.parent_path() / "weights.safetensors").string();
    result.train_images = json.at("train_images").get<size_t>();
    // The seconds in it are those of the last session, perhaps of a resumed training; the rate
    // holds for all.
    const double rate = json.at("cost").at("images_per_second").get<double>();
    const double images = static_cast<double>(result.train_images * json.at("curve").size());
    result.seconds = rate > 0 ? images / rate : json.at("cost").at("seconds").get<double>();
  } catch (const nlohmann::json::exception& error) {
    return Failure("{}: {}; delete it to train again", path.string(), error.what());
  }
  return result;
}

Status ProcessLaboratory::RunAll(const std::string& what, const std::vector<Errand>& errands,
                                 const Ended& ended) {
  CatchStopSignals();
  std::list<Running> running;
  ErrandsProgress progress(what, errands.size(), options_.quiet);
  size_t next = 0, done = 0;
  while (next < errands.size() || !running.empty()) {
    if (StopSignal() != 0) {
      std::vector<ChildProcess*> processes;
      for (Running& one : running) processes.push_back(&one.process);
      EndProcesses(processes);
      progress.Clear();
      return Failure("stopped");
    }
    while (next < errands.size() && static_cast<int>(running.size()) < options_.workers) {
      const Errand& errand = errands[next];
      std::error_code ignored;
      fs::remove(errand.log, ignored);
      std::vector<std::string> taken;
      for (const Running& one : running) taken.push_back(one.device);
      const std::string device = NextDevice(options_.devices, taken);
      std::vector<std::string> arguments = errand.arguments;
      if (errand.trains) arguments.insert(arguments.end(), {"--device", device});
      GENET_ASSIGN(ChildProcess process, ChildProcess::Start({.executable = ProgramPath(),
                                                              .arguments = std::move(arguments),
                                                              .log = errand.log}));
      running.push_back({next++, errand.name, device, errand.log, std::move(process)});
    }
    for (auto it = running.begin(); it != running.end();) {
      const std::optional<ProcessEnd> end = it->process.Poll();
      if (!end) {
        ++it;
        continue;
      }
      if (!end->success()) progress.Clear();
      GENET_TRY(ended(it->errand, *end, SecondsSince(it->start)));
      ++done;
      it = running.erase(it);
    }
    progress.Show(done, running);
    std::this_thread::sleep_for(kPollInterval);
  }
  progress.Clear();
  return {};
}

Result<std::string> ProcessLaboratory::CauseOf(const std::string& what, const Errand& errand,
                                               const ProcessEnd& end) {
  const std::string said = LastLine(errand.log);
  if (end.exit_code == 2) return Failure("{} {}: {}", what, errand.name, said);
  const std::string cause = said.empty() ? end.ToString() : said;
  Say(fmt::format("{} {} failed: {}", what, errand.name, cause));
  return cause;
}

Status ProcessLaboratory::CheckMemoryFor(const std::vector<TrainingPlan>& plans) {
  std::vector<double> bytes;
  int images = 0;
  for (const TrainingPlan& plan : plans) {
    std::error_code error;
    if (fs::exists(ResultPath(plan), error)) continue;
    const RunSettings& settings = plan.settings;
    GENET_ASSIGN(const DataFacts facts, Inspect(settings.data));
    const auto network =
        BuildNetwork(WithClasses(settings.base, facts.classes), plan.genome, facts.input);
    if (!network) continue;  // its training says why
    images = std::max(images, settings.training.images_at_once());
    bytes.push_back(
        LeastMemoryBytes(*network, settings.engine, settings.training.images_at_once()));
  }
  const size_t networks = std::min(bytes.size(), static_cast<size_t>(options_.workers));
  const auto last = bytes.begin() + static_cast<std::ptrdiff_t>(networks);
  std::partial_sort(bytes.begin(), last, bytes.end(), std::greater());
  return CheckMemory(std::accumulate(bytes.begin(), last, 0.0), images, static_cast<int>(networks));
}

Result<std::vector<TrainingResult>> ProcessLaboratory::Train(
    const std::vector<TrainingPlan>& plans) {
  GENET_TRY(CheckMemoryFor(plans));
  std::vector<Errand> errands;
  for (const TrainingPlan& plan : plans) {
    const fs::path folder = folder_ / "trained" / plan.name;
    const fs::path config = folder / "config.toml";
    GENET_TRY(MakeFolders(folder));
    GENET_TRY(WriteFileAtomically(config, ConfigText(plan.settings)));
    std::vector<std::string> arguments = {"genet",
                                          "train",
                                          plan.genome.ToString(),
                                          "--config",
                                          config.string(),
                                          "--out",
                                          folder.string(),
                                          "--threads",
                                          std::to_string(options_.threads),
                                          "--checkpoint-every",
                                          fmt::format("{}s", options_.checkpoint_seconds)};
    if (plan.whole) arguments.push_back("--whole");
    errands.push_back({plan.name, folder / "log", std::move(arguments), true});
  }
  std::vector<TrainingResult> results(plans.size());
  const auto ended = [&](size_t i, const ProcessEnd& end, double) -> Status {
    if (end.success()) {
      GENET_ASSIGN(results[i], ReadResult(plans[i]));
    } else {
      GENET_ASSIGN(results[i].cause, CauseOf("training", errands[i], end));
    }
    return {};
  };
  GENET_TRY(RunAll("trained", errands, ended));
  return results;
}

Result<std::vector<FeatureResult>> ProcessLaboratory::Classify(
    const std::vector<FeaturePlan>& plans) {
  const fs::path folder = folder_ / "features";
  GENET_TRY(MakeFolders(folder));
  const auto file = [&](const FeaturePlan& plan, const char* suffix) {
    return folder / (plan.name + suffix);
  };
  std::vector<FeatureResult> results(plans.size());
  std::vector<nlohmann::json> identities;
  std::vector<size_t> left;  // plans that are still to be done
  for (const FeaturePlan& plan : plans) {
    std::string checksum;
    if (!plan.weights.empty()) {
      GENET_ASSIGN(checksum, FileChecksum(plan.weights, "sha256"));
    }
    identities.push_back(Identity(plan, checksum));
    std::optional<FeatureResult> done = ReadFeatureResult(file(plan, ".json"), identities.back());
    if (done) {
      results[identities.size() - 1] = *std::move(done);
    } else {
      left.push_back(identities.size() - 1);
    }
  }

  std::vector<Errand> errands;
  for (const size_t i : left) {
    const FeaturePlan& plan = plans[i];
    Errand errand{plan.name,
                  file(plan, ".log"),
                  {"genet", "features", "--data", plan.data, "--out", file(plan, ".npy").string(),
                   "--threads", std::to_string(options_.threads)}};
    std::vector<std::string>& arguments = errand.arguments;
    if (!plan.weights.empty()) {
      arguments.insert(arguments.end(), {plan.weights, "--layer", plan.layer});
    }
    if (plan.untrained) {
      arguments.insert(arguments.end(), {"--untrained", std::to_string(*plan.untrained)});
    }
    errands.push_back(std::move(errand));
  }
  const auto extracted = [&](size_t e, const ProcessEnd& end, double seconds) -> Status {
    FeatureResult& result = results[left[e]];
    result.seconds = seconds;
    if (!end.success()) {
      GENET_ASSIGN(result.cause, CauseOf("features of", errands[e], end));
    }
    return {};
  };
  GENET_TRY(RunAll("extracted", errands, extracted));

  std::erase_if(left, [&](size_t i) { return !results[i].cause.empty(); });
  errands.clear();
  for (const size_t i : left) {
    const FeaturePlan& plan = plans[i];
    errands.push_back(
        {plan.name,
         file(plan, ".log"),
         {"genet", "classify", file(plan, ".npy").string(), "--train-per-class",
          std::to_string(plan.train_per_class), "--splits", std::to_string(plan.splits), "--seed",
          std::to_string(plan.seed), "--json", "--quiet"}});
  }
  const auto classified = [&](size_t e, const ProcessEnd& end, double seconds) -> Status {
    const size_t i = left[e];
    FeatureResult& result = results[i];
    if (!end.success()) {
      GENET_ASSIGN(result.cause, CauseOf("classifying", errands[e], end));
      return {};
    }
    GENET_ASSIGN(const std::string text, ReadFile(errands[e].log));
    nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    json["features"] = identities[i];
    json["cost"] = {{"seconds", result.seconds + seconds}};
    const fs::path path = file(plans[i], ".json");
    GENET_TRY(WriteFileAtomically(path, json.dump(2) + "\n"));
    std::optional<FeatureResult> read = ReadFeatureResult(path, identities[i]);
    if (!read) return Failure("{}: is not what genet classify prints", path.string());
    result = *std::move(read);
    return {};
  };
  GENET_TRY(RunAll("classified", errands, classified));
  return results;
}

void ProcessLaboratory::Say(const std::string& line) {
  if (!options_.quiet) Note("{}\n", line);
}

}  // namespace genet::cli
