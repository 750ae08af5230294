#include "genet/signature/search.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "genet/base/child_list.h"
#include "genet/base/duration.h"
#include "genet/base/process.h"
#include "genet/base/temporary_folder.h"
#include "genet/signature/history_hash.h"

namespace genet {
namespace {

using nlohmann::json;

constexpr auto kPollInterval = std::chrono::milliseconds(1);
constexpr double kLongestSeconds = 300;  // of anything that is waited for

// All that decides results is said here, so that no default changes the signature. Trainings are
// long enough, with a checkpoint after each step, to be met in the middle.
const std::vector<std::string> kSettings = {"--base",
                                            "C3(P1)@4-MP3(S2)-C3(P1)@4-MP3(S2)-FC10",
                                            "--nodes",
                                            "3,3",
                                            "--data",
                                            "synthetic",
                                            "--train-images",
                                            "512",
                                            "--validation-images",
                                            "128",
                                            "--schedule",
                                            "1@1e-2,1@1e-3",
                                            "--batch",
                                            "16",
                                            "--population",
                                            "4",
                                            "--generations",
                                            "2",
                                            "--seed",
                                            "3"};

// The files of one evaluation that a search works on (docs/formats.md).
struct JobFiles {
  fs::path job, outcome, checkpoint;

  bool InTraining() const {
    std::error_code error;
    return fs::exists(checkpoint, error) && !fs::exists(outcome, error);
  }
};

// Of the generations from `first` on.
std::vector<JobFiles> JobsOf(const fs::path& run, int first) {
  constexpr std::string_view kSuffix = ".job.json";
  std::vector<JobFiles> jobs;
  std::error_code error;
  for (fs::directory_iterator it(run / "jobs", error), end; !error && it != end;
       it.increment(error)) {
    const std::string name = it->path().filename().string();
    int generation = 0;
    if (!name.ends_with(kSuffix) || std::sscanf(name.c_str(), "g%d-", &generation) != 1) continue;
    if (generation < first) continue;
    const std::string stem = name.substr(0, name.size() - kSuffix.size());
    const fs::path folder = it->path().parent_path();
    jobs.push_back({it->path(), folder / (stem + ".outcome.json"),
                    folder / (stem + ".checkpoint.safetensors")});
  }
  return jobs;
}

// One search and what is done to it.
class DisturbedSearch {
 public:
  DisturbedSearch(const SearchPlan& plan, fs::path run) : plan_(plan), run_(std::move(run)) {}

  Status Run() {
    GENET_ASSIGN(ChildProcess search, Start());
    if (plan_.disturbed) {
      GENET_TRY(Ending(search, KillWorker(search, /*first_generation=*/0)));
      search.Signal(SIGCONT);
      GENET_TRY(Ending(search, KillWorker(search, /*first_generation=*/1)));
      search.Signal(SIGKILL);  // stopped as it is, so it knows nothing of its worker's end
      search.Wait();
      GENET_ASSIGN(search, Start());
    }
    return Ending(search, WaitFor(search));
  }

  Result<json> History() const {
    const fs::path file = run_.parent_path() / "history.json";
    GENET_ASSIGN(ChildProcess report, Genet({"report", run_.string(), "--json"}, file));
    const ProcessEnd end = report.Wait();
    if (!end.success()) return Failure("genet report: {}", LastLine(file));
    GENET_ASSIGN(const std::string text, ReadFile(file));
    json history = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (history.is_discarded()) return Failure("genet report --json printed no JSON");
    return history;
  }

 private:
  Result<ChildProcess> Genet(std::vector<std::string> arguments, const fs::path& log) const {
    arguments.insert(arguments.begin(), "genet");
    return ChildProcess::Start({.executable = plan_.program,
                                .arguments = std::move(arguments),
                                .log = log,
                                .environment = {"GENET_TARGET=" + plan_.target}});
  }

  Result<ChildProcess> Start() const {
    std::vector<std::string> arguments = {"search",
                                          "--run",
                                          run_.string(),
                                          "--quiet",
                                          "--workers",
                                          std::to_string(plan_.workers),
                                          "--checkpoint-every",
                                          "0.001s"};
    arguments.insert(arguments.end(), kSettings.begin(), kSettings.end());
    return Genet(std::move(arguments), Log());
  }

  fs::path Log() const { return run_.parent_path() / "search.log"; }

  // Passes an error on, after the search and its workers have ended.
  static Status Ending(ChildProcess& search, Status status) {
    if (status) return status;
    search.Signal(SIGCONT);
    EndProcesses({&search});
    return status;
  }

  // An error if it is time to give up.
  Status CheckTime(Clock::time_point start) const {
    if (plan_.stop()) return Failure("stopped");
    if (SecondsSince(start) < kLongestSeconds) return {};
    return Failure("the search did not get on for {:g} s; its last words: {}", kLongestSeconds,
                   LastLine(Log()));
  }

  Status WaitFor(ChildProcess& search) const {
    const Clock::time_point start = Clock::now();
    std::optional<ProcessEnd> end;
    while (!(end = search.Poll())) {
      GENET_TRY(CheckTime(start));
      std::this_thread::sleep_for(kPollInterval);
    }
    if (end->success()) return {};
    return Failure("the search failed ({}): {}", end->ToString(), LastLine(Log()));
  }

  // Waits until an evaluation of these generations has a checkpoint and no outcome, stops the
  // search (SIGSTOP) and kills the worker. The search is left stopped. When this succeeds the
  // training was in the middle for certain: the dead worker left a checkpoint and no outcome.
  Status KillWorker(ChildProcess& search, int first_generation) const {
    const Clock::time_point start = Clock::now();
    while (true) {
      GENET_TRY(CheckTime(start));
      if (const auto end = search.Poll()) {
        return Failure("the search ended ({}) before it could be killed: {}", end->ToString(),
                       LastLine(Log()));
      }
      for (const JobFiles& job : JobsOf(run_, first_generation)) {
        if (!job.InTraining()) continue;
        search.Stop();  // from here on it neither starts workers nor removes files
        GENET_ASSIGN(const bool killed, KillWorkerOf(search, job));
        if (killed) return {};
        search.Signal(SIGCONT);  // the training was over
      }
      std::this_thread::sleep_for(kPollInterval);
    }
  }

  // Of a stopped search. False if the worker had done its work.
  Result<bool> KillWorkerOf(ChildProcess& search, const JobFiles& job) const {
    GENET_ASSIGN(const std::vector<ListedProcess> children, ChildrenOf(search.pid()));
    const auto worker = std::find_if(children.begin(), children.end(), [&](const auto& child) {
      return std::find(child.arguments.begin(), child.arguments.end(), job.job.string()) !=
             child.arguments.end();
    });
    if (worker == children.end()) return false;
    ::kill(worker->pid, SIGKILL);
    GENET_TRY(WaitForDeath(search, worker->pid));
    return job.InTraining();
  }

  // Nobody waits for the child of a stopped process: it stays, without arguments.
  Status WaitForDeath(ChildProcess& search, pid_t worker) const {
    const Clock::time_point start = Clock::now();
    while (true) {
      GENET_ASSIGN(const std::vector<ListedProcess> children, ChildrenOf(search.pid()));
      const auto left = std::find_if(children.begin(), children.end(),
                                     [&](const auto& child) { return child.pid == worker; });
      if (left == children.end() || left->arguments.empty()) return {};
      GENET_TRY(CheckTime(start));
      std::this_thread::sleep_for(kPollInterval);
    }
  }

  const SearchPlan& plan_;
  const fs::path run_;
};

}  // namespace

Result<uint64_t> HashSearch(const SearchPlan& plan) {
  if (plan.disturbed) {
    if (const auto children = ChildrenOf(::getpid()); !children) {
      return Failure("no worker can be found to be killed: {} (--undisturbed does without)",
                     children.error().message);
    }
  }
  GENET_ASSIGN(const TemporaryFolder folder, TemporaryFolder::Make("genet-signature"));
  DisturbedSearch search(plan, folder.path() / "run");
  GENET_TRY(search.Run());
  GENET_ASSIGN(const json history, search.History());
  return HashHistory(history);
}

}  // namespace genet
