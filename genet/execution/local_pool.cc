#include "genet/execution/local_pool.h"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <fstream>
#include <list>
#include <thread>

#include "genet/base/duration.h"
#include "genet/base/process.h"
#include "genet/execution/devices.h"
#include "genet/execution/disk.h"
#include "genet/execution/job.h"
#include "genet/execution/outcome.h"
#include "genet/execution/worker_end.h"

namespace genet {
namespace {

using Finished = std::function<Status(const EvaluationRequest&, const Evaluation&)>;

constexpr auto kPollInterval = std::chrono::milliseconds(20);
constexpr double kLookSeconds = 0.5;  // between looks at what only people and limits want to know

struct Files {
  Files(const fs::path& folder, const EvaluationId& id) {
    const std::string stem =
        (folder / fmt::format("g{:03}-i{:03}", id.generation, id.individual)).string();
    job = stem + ".job.json";
    outcome = stem + ".outcome.json";
    checkpoint = stem + ".checkpoint.safetensors";
    progress = stem + ".progress";
    log = stem + ".log";
  }
  void Remove() const {
    for (const fs::path& path : {job, outcome, checkpoint, progress, log}) {
      std::error_code ignored;
      fs::remove(path, ignored);
    }
  }
  fs::path job, outcome, checkpoint, progress, log;
};

// When a file was last written; the same for none.
fs::file_time_type TimeOf(const fs::path& path) {
  std::error_code ignored;
  return fs::last_write_time(path, ignored);
}

// Tells whether a SIGKILL that was just noticed was the kernel's, by what it counts.
class MemoryWatch {
 public:
  explicit MemoryWatch(const std::function<std::optional<int64_t>()>& count)
      : count_(count), known_(Now()), latest_(known_) {}

  bool RanOut() {
    if (Now() <= known_) return false;
    ++known_;  // a kill explains one end
    return true;
  }
  // Called now and then: kills that no worker's end belonged to are forgotten, but not at once, for
  // a large process takes its time to end.
  void Forget() {
    known_ = std::max(known_, latest_);
    latest_ = Now();
  }

 private:
  int64_t Now() const { return count_().value_or(0); }

  std::function<std::optional<int64_t>()> count_;
  int64_t known_, latest_;
};

// An evaluation that has no outcome yet.
struct Task {
  const EvaluationRequest* request;
  Files files;
  Job job;
  std::string fingerprint;
  Attempts attempts;
  double furthest = 0;  // share of the images that an attempt came to
};

struct Running {
  Task task;
  ChildProcess process;
  fs::file_time_type checkpoint_before = {};
  Clock::time_point start = Clock::now(), moved = start, looked = start;
  std::string progress = {};
  double fraction = 0, images_per_second = 0;
  std::string killed_because = {};  // by the pool

  // Whether the progress file says something new.
  bool Look() {
    looked = Clock::now();
    std::ifstream file(task.files.progress);
    std::string line;
    if (!std::getline(file, line) || line == progress) return false;
    progress = line;
    moved = looked;
    return std::sscanf(line.c_str(), "%lf %lf", &fraction, &images_per_second) == 2;
  }
  // Whether this attempt came further than those before it. Remembers how far.
  bool Progressed() {
    Look();
    const bool further = fraction > task.furthest;
    task.furthest = std::max(task.furthest, fraction);
    return further || TimeOf(task.files.checkpoint) != checkpoint_before;
  }
};

// One call of LocalPool::Evaluate.
class Session {
 public:
  Session(const LocalPoolOptions& options, const Finished& finished)
      : options_(options), finished_(finished), memory_(options.memory_kills) {}

  void Add(const EvaluationRequest& request, const RunSettings& settings) {
    Files files(options_.jobs, request.id);
    Job job{request.id,
            request.genome.ToString(),
            settings,
            options_.cache,
            files.outcome,
            files.checkpoint,
            files.progress,
            options_.threads,
            /*device=*/"",  // chosen when it starts
            options_.checkpoint_seconds,
            static_cast<int>(::getpid())};
    std::string fingerprint = job.Fingerprint();
    waiting_.push_back({&request, std::move(files), std::move(job), std::move(fingerprint),
                        Attempts(options_.attempts, options_.kills)});
  }

  Status Run() {
    const Status status = Loop();
    if (!status) StopAll();
    return status;
  }

 private:
  Status Loop() {
    Clock::time_point looked = Clock::now();
    while (!waiting_.empty() || !running_.empty()) {
      if (options_.stop && options_.stop()) return Failure("stopped");
      while (!waiting_.empty() && static_cast<int>(running_.size()) < options_.workers) {
        Task task = std::move(waiting_.front());
        waiting_.pop_front();
        GENET_TRY(Start(std::move(task)));
      }
      for (auto it = running_.begin(); it != running_.end();) {
        const std::optional<ProcessEnd> end = it->process.Poll();
        if (!end) {
          Watch(*it);
          ++it;
          continue;
        }
        Running ended = std::move(*it);
        it = running_.erase(it);
        GENET_TRY(Ended(std::move(ended), *end));
      }
      if (SecondsSince(looked) > kLookSeconds) {
        looked = Clock::now();
        memory_.Forget();
      }
      std::this_thread::sleep_for(kPollInterval);
    }
    return {};
  }

  Status Start(Task task) {
    // Done by a search that was killed before it could record it?
    if (const auto earlier = OutcomeOf(task)) {
      task.attempts.Start();
      return Report(task, *earlier);
    }
    std::error_code ignored;
    fs::remove(task.files.progress, ignored);
    task.job.device = NextDevice(options_.devices, DevicesTaken());
    if (const Status status = WriteFileAtomically(task.files.job, ToJson(task.job).dump(1) + "\n");
        !status) {
      return MachineFailure(status.error().message);
    }
    auto process = ChildProcess::Start({.executable = options_.program,
                                        .arguments = {"genet", "worker", task.files.job.string()},
                                        .log = task.files.log});
    if (!process) return MachineFailure(process.error().message);
    task.attempts.Start();
    running_.push_back({std::move(task), *std::move(process)});
    running_.back().checkpoint_before = TimeOf(running_.back().task.files.checkpoint);
    return {};
  }

  std::vector<std::string> DevicesTaken() const {
    std::vector<std::string> taken;
    for (const Running& one : running_) taken.push_back(one.task.job.device);
    return taken;
  }

  // Of one that runs: passes its progress on, and kills it past its limits.
  void Watch(Running& r) {
    if (SecondsSince(r.looked) > kLookSeconds && r.Look() && options_.running) {
      options_.running(r.task.request->id, r.images_per_second, r.fraction);
    }
    if (options_.time_limit_seconds > 0 && SecondsSince(r.start) > options_.time_limit_seconds) {
      r.killed_because = fmt::format("over the time limit of {:g} s", options_.time_limit_seconds);
    } else if (SecondsSince(r.moved) > options_.hang_seconds) {
      r.killed_because = fmt::format("no progress for {:g} s", options_.hang_seconds);
    }
    if (!r.killed_because.empty()) r.process.Signal(SIGKILL);
  }

  Status Ended(Running r, const ProcessEnd& end) {
    Task& task = r.task;
    const auto outcome = OutcomeOf(task);
    if (end.success() && outcome) return Report(task, *outcome);
    std::error_code ignored;
    fs::remove(task.files.outcome, ignored);

    const bool own_kill = !r.killed_because.empty();
    const WorkerFault fault =
        own_kill ? WorkerFault::kTraining : FaultOf(end, end.signal == SIGKILL && memory_.RanOut());
    std::string cause = own_kill ? r.killed_because : end.ToString();
    const std::string line = LastLine(task.files.log);
    if (!line.empty()) cause += ": " + line;
    if (end.success()) cause = outcome.error().message;
    if (fault == WorkerFault::kMemory) cause = "killed by the kernel because memory ran out";
    if (fault == WorkerFault::kOutside) cause = "stopped from outside by " + end.ToString();

    const Attempts::Verdict verdict = task.attempts.Ended(fault, r.Progressed());
    const std::string who =
        fmt::format("worker of {} in generation {}", task.request->genome.ToString(),
                    task.request->id.generation);
    switch (verdict) {
      case Attempts::Verdict::kTryAgain:
      case Attempts::Verdict::kTryLater:
        if (options_.say) options_.say(fmt::format("{} ended ({}); trying again", who, cause));
        if (verdict == Attempts::Verdict::kTryAgain) {
          waiting_.push_front(std::move(task));
        } else {
          waiting_.push_back(std::move(task));
        }
        return {};
      case Attempts::Verdict::kFail: {
        Evaluation failed;
        failed.status = Evaluation::Status::kFailed;
        failed.cause = cause;
        return Report(task, failed);
      }
      case Attempts::Verdict::kStopRun:
        break;
    }
    if (fault == WorkerFault::kOutside) {
      return Failure(
          "{} was {} {} times in a row without progress; find out what stops it (a watchdog for "
          "memory or time?) and run the same command again, nothing that was recorded is lost",
          who, cause, options_.kills);
    }
    return MachineFailure(fmt::format("{}: {}", who, line.empty() ? cause : line));
  }

  // What failed here would fail for every other evaluation, too.
  tl::unexpected<Error> MachineFailure(const std::string& what) const {
    std::string advice = "see to its files and disks";
    for (const fs::path& folder : {options_.jobs, options_.cache}) {
      const std::string full = FullDisk(folder);
      if (full.empty()) continue;
      advice = full + ": free some space";
      break;
    }
    return Failure("{}; {} and run the same command again, nothing that was recorded is lost", what,
                   advice);
  }

  // An outcome of this very job, if there is one.
  static Result<Evaluation> OutcomeOf(const Task& task) {
    GENET_ASSIGN(const Outcome outcome, ReadOutcome(task.files.outcome));
    if (outcome.fingerprint != task.fingerprint) {
      return Failure("{}: belongs to another job", task.files.outcome.string());
    }
    return outcome.evaluation;
  }

  Status Report(const Task& task, Evaluation evaluation) {
    evaluation.attempts = task.attempts.started();
    GENET_TRY(finished_(*task.request, evaluation));
    task.files.Remove();
    return {};
  }

  void StopAll() {
    std::vector<ChildProcess*> processes;
    for (Running& r : running_) processes.push_back(&r.process);
    EndProcesses(processes);
    running_.clear();
  }

  const LocalPoolOptions& options_;
  const Finished& finished_;
  MemoryWatch memory_;
  std::deque<Task> waiting_;
  std::list<Running> running_;
};

}  // namespace

Status LocalPool::Evaluate(const std::vector<EvaluationRequest>& requests,
                           const Finished& finished) {
  GENET_TRY(MakeFolders(options_.jobs));
  Session session(options_, finished);
  for (const EvaluationRequest& request : requests) session.Add(request, settings_);
  return session.Run();
}

}  // namespace genet
