#include "genet/cli/process_laboratory.h"

#include <unistd.h>

#include <chrono>
#include <list>
#include <thread>

#include "genet/base/note.h"
#include "genet/base/process.h"
#include "genet/cli/command.h"
#include "genet/cli/stop.h"
#include "genet/cli/terminal.h"
#include "genet/execution/devices.h"
#include "genet/execution/run_folder.h"

namespace genet::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kPollInterval = std::chrono::milliseconds(50);

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Running {
  size_t plan;
  std::string device;
  fs::path log;
  ChildProcess process;
};

// One line of what all trainings are at: overwritten on a terminal, now and then elsewhere.
class TrainingsProgress {
 public:
  TrainingsProgress(size_t count, bool quiet)
      : count_(count), quiet_(quiet), live_(!quiet && ::isatty(STDERR_FILENO) != 0) {}

  void Show(size_t done, const std::list<Running>& running,
            const std::vector<TrainingPlan>& plans) {
    if (quiet_ || SecondsSince(shown_) < (live_.shown() ? 1 : 60)) return;
    shown_ = Clock::now();
    std::string line = fmt::format("trained {} of {}", done, count_);
    for (const Running& one : running) {
      line += fmt::format("; {}: {}", plans[one.plan].name, LastLine(one.log));
    }
    live_.Draw(line);
    if (!live_.shown()) Note("{}\n", line);
  }
  void Clear() const { live_.Clear(); }

 private:
  size_t count_;
  bool quiet_;
  LiveLine live_;
  Clock::time_point shown_ = Clock::now();
};

}  // namespace

Result<DataFacts> ProcessLaboratory::Inspect(const std::string& data) {
  if (const auto known = facts_.find(data); known != facts_.end()) return known->second;
  GENET_ASSIGN(const DataSet set, OpenDataSet(data, CacheFolder()));
  const ImageList& images = set.train;
  const DataFacts facts{.input = {images.channels(), images.height(), images.width()},
                        .classes = set.classes(),
                        .train_images = images.size()};
  facts_[data] = facts;
  return facts;
}

Result<RunStore> ProcessLaboratory::Search(const std::string& name, const RunSettings& settings) {
  const fs::path run = folder_ / "runs" / name;
  GENET_ASSIGN(const DataSet data, CheckBeforeStart(settings, options_.devices, CacheFolder()));
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
  const fs::path path = folder_ / "trained" / plan.name / "result.json";
  GENET_ASSIGN(const std::string text, ReadFile(path));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  TrainingResult result;
  try {
    result.test_accuracy = json.at("test_accuracy").get<double>();
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

Result<std::vector<TrainingResult>> ProcessLaboratory::Train(
    const std::vector<TrainingPlan>& plans) {
  CatchStopSignals();
  std::vector<TrainingResult> results(plans.size());
  std::list<Running> running;
  TrainingsProgress progress(plans.size(), options_.quiet);
  size_t next = 0, done = 0;
  while (next < plans.size() || !running.empty()) {
    if (StopSignal() != 0) {
      std::vector<ChildProcess*> processes;
      for (Running& one : running) processes.push_back(&one.process);
      EndProcesses(processes);
      progress.Clear();
      return Failure("stopped");
    }
    while (next < plans.size() && static_cast<int>(running.size()) < options_.workers) {
      const TrainingPlan& plan = plans[next];
      const fs::path folder = folder_ / "trained" / plan.name;
      GENET_TRY(MakeFolders(folder));
      const fs::path config = folder / "config.toml", log = folder / "log";
      GENET_TRY(WriteFileAtomically(config, ConfigText(plan.settings)));
      std::error_code ignored;
      fs::remove(log, ignored);
      std::vector<std::string> taken;
      for (const Running& one : running) taken.push_back(one.device);
      const std::string device = NextDevice(options_.devices, taken);
      std::vector<std::string> arguments = {
          "genet",         "train",         plan.genome.ToString(),
          "--config",      config.string(), "--out",
          folder.string(), "--threads",     std::to_string(options_.threads),
          "--device",      device};
      if (plan.whole) arguments.push_back("--whole");
      GENET_ASSIGN(ChildProcess process, ChildProcess::Start({.executable = ProgramPath(),
                                                              .arguments = std::move(arguments),
                                                              .log = log}));
      running.push_back({next++, device, log, std::move(process)});
    }
    for (auto it = running.begin(); it != running.end();) {
      const std::optional<ProcessEnd> end = it->process.Poll();
      if (!end) {
        ++it;
        continue;
      }
      const TrainingPlan& plan = plans[it->plan];
      TrainingResult& result = results[it->plan];
      if (end->success()) {
        GENET_ASSIGN(result, ReadResult(plan));
      } else {
        const std::string said = LastLine(it->log);
        if (end->exit_code == 2) return Failure("training {}: {}", plan.name, said);
        result.cause = said.empty() ? end->ToString() : said;
        progress.Clear();
        Say(fmt::format("training {} failed: {}", plan.name, result.cause));
      }
      ++done;
      it = running.erase(it);
    }
    progress.Show(done, running, plans);
    std::this_thread::sleep_for(kPollInterval);
  }
  progress.Clear();
  return results;
}

void ProcessLaboratory::Say(const std::string& line) {
  if (!options_.quiet) Note("{}\n", line);
}

}  // namespace genet::cli
