#include "genet/execution/task_queue.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <map>
#include <thread>

#include "genet/base/check.h"
#include "genet/base/process.h"
#include "genet/execution/attempts.h"
#include "genet/execution/disk.h"

namespace genet {
namespace {

using Ended = std::function<Status(const TaskResult&)>;

constexpr auto kPollInterval = std::chrono::milliseconds(20);
constexpr double kLookSeconds = 0.5;  // between looks at a worker's progress
constexpr double kGapSeconds = 5;     // more than pass between two rounds of a process that runs

// When a file was last written; the same for every file that is not there.
fs::file_time_type TimeOf(const fs::path& path) {
  std::error_code ignored;
  return fs::last_write_time(path, ignored);
}

// A task that waits for an attempt.
struct Waiting {
  size_t index;
  Attempts attempts;
  double furthest = 0;  // fraction that an attempt came to
};

struct Running {
  Waiting task;
  fs::file_time_type checkpoint_before;
  // Since when its worker is at work, came further, was looked at; see QueueRun::awake_.
  bool begun = false;
  double start = 0, moved = 0, looked = 0;
  WorkerProgress progress = {};
  std::string cancelled_because = {};
};

// One call of TaskQueue::Run.
class QueueRun {
 public:
  // Tasks that `ended` wants besides appear in `added`.
  QueueRun(Executor& executor, const TaskQueueOptions& options, std::vector<QueuedTask>& added,
           const Ended& ended)
      : executor_(executor), options_(options), added_(added), ended_(ended) {}

  void TakeAdded() {
    for (QueuedTask& task : added_) {
      waiting_.push_back({tasks_.size(), Attempts(options_.attempts, options_.kills)});
      tasks_.push_back(std::move(task));
    }
    added_.clear();
  }

  Status Run() {
    const Status status = Loop();
    if (!status) executor_.Stop();
    return status;
  }

 private:
  Status Loop() {
    while (!waiting_.empty() || !running_.empty()) {
      if (options_.stop && options_.stop()) return Failure("stopped");
      CountTime();
      GENET_TRY(StartAsManyAsFit());
      GENET_ASSIGN(const std::vector<TaskEnd> ends, executor_.Poll());
      for (const TaskEnd& end : ends) GENET_TRY(HandleEnd(end));
      for (auto& [key, running] : running_) Watch(key, running);
      Wait();
    }
    return {};
  }

  Status Report(const TaskResult& result) {
    GENET_TRY(ended_(result));
    TakeAdded();
    return {};
  }

  void Wait() const {
    if (options_.wait) return options_.wait();
    std::this_thread::sleep_for(kPollInterval);
  }

  Status StartAsManyAsFit() {
    std::vector<Task> tasks;
    while (!waiting_.empty() && tasks.size() < executor_.free_slots()) {
      Waiting task = std::move(waiting_.front());
      waiting_.pop_front();
      const QueuedTask& queued = tasks_[task.index];
      task.attempts.Start();
      // Done by a process that was killed before it could record it?
      if (queued.read_outcome()) {
        GENET_TRY(Report({task.index, task.attempts.started(), ""}));
        continue;
      }
      const TaskFiles& files = queued.task.files;
      std::error_code ignored;
      fs::remove(files.progress, ignored);
      // What another process's worker said would be taken for the cause of this one's end.
      if (task.attempts.started() == 1) fs::remove(files.log, ignored);
      if (const Status status = WriteFileAtomically(files.job, queued.job); !status) {
        return MachineFailure(status.error().message);
      }
      running_.insert({queued.task.key, {std::move(task), TimeOf(files.checkpoint)}});
      tasks.push_back(queued.task);
    }
    if (tasks.empty()) return {};
    if (const Status status = executor_.Submit(tasks); !status) {
      return MachineFailure(status.error().message);
    }
    return {};
  }

  void CountTime() {
    const Clock::time_point now = options_.now();
    awake_ += std::min(std::chrono::duration<double>(now - round_).count(), kGapSeconds);
    round_ = now;
  }

  // Whether there is new progress.
  bool Look(Running& running) {
    running.looked = awake_;
    const auto progress = ReadProgress(FilesOf(running).progress);
    if (!progress || *progress == running.progress) return false;
    running.progress = *progress;
    running.moved = running.looked;
    return true;
  }

  // Passes on how far a worker is, and cancels one past its limits.
  void Watch(const std::string& key, Running& running) {
    if (!running.cancelled_because.empty()) return;
    if (!running.begun) {
      if (!executor_.HasBegun(key)) return;
      running.begun = true;
      running.start = running.moved = running.looked = awake_;
    }
    if (awake_ - running.looked > kLookSeconds && Look(running) && options_.running) {
      options_.running(running.task.index, running.progress);
    }
    if (options_.time_limit_seconds > 0 && awake_ - running.start > options_.time_limit_seconds) {
      running.cancelled_because =
          fmt::format("over the time limit of {:g} s", options_.time_limit_seconds);
    } else if (tasks_[running.task.index].tells_progress &&
               awake_ - running.moved > options_.hang_seconds) {
      running.cancelled_because = fmt::format("no progress for {:g} s", options_.hang_seconds);
    }
    if (!running.cancelled_because.empty()) executor_.Cancel(key);
  }

  // Whether this attempt came further than those before it. Remembers how far.
  bool Progressed(Running& running) {
    Look(running);
    const bool further = running.progress.fraction > running.task.furthest;
    running.task.furthest = std::max(running.task.furthest, running.progress.fraction);
    return further || TimeOf(FilesOf(running).checkpoint) != running.checkpoint_before;
  }

  Status HandleEnd(const TaskEnd& end) {
    const auto found = running_.find(end.key);
    GENET_CHECK(found != running_.end(), "{} does not run", end.key);
    Running running = std::move(found->second);
    running_.erase(found);
    const QueuedTask& queued = tasks_[running.task.index];
    const Status outcome = queued.read_outcome();
    // Even if the worker did not end well: what it wrote before is whole.
    if (outcome) return Report({running.task.index, running.task.attempts.started(), ""});
    std::error_code ignored;
    fs::remove(queued.task.files.outcome, ignored);

    const WorkerFault fault =
        !end.fault || !running.cancelled_because.empty() ? WorkerFault::kTask : *end.fault;
    const std::string said = LastLine(queued.task.files.log);
    const std::string cause = CauseOf(end, fault, running, said, outcome);
    const Attempts::Verdict verdict = running.task.attempts.Ended(fault, Progressed(running));
    switch (verdict) {
      case Attempts::Verdict::kTryAgain:
      case Attempts::Verdict::kTryLater:
        if (options_.log) {
          options_.log(fmt::format("{} ended ({}); trying again", queued.name, cause));
        }
        if (verdict == Attempts::Verdict::kTryAgain) {
          waiting_.push_front(std::move(running.task));
        } else {
          waiting_.push_back(std::move(running.task));
        }
        return {};
      case Attempts::Verdict::kFail:
        return Report({running.task.index, running.task.attempts.started(), cause});
      case Attempts::Verdict::kStopRun:
        break;
    }
    return RunStopped(queued.name, fault, cause, said);
  }

  static std::string CauseOf(const TaskEnd& end, WorkerFault fault, const Running& running,
                             const std::string& said, const Status& outcome) {
    if (fault == WorkerFault::kMemory) return "killed by the kernel because memory ran out";
    if (fault == WorkerFault::kOutside) return "stopped from outside by " + end.cause;
    if (!end.fault) return outcome.error().message;
    const std::string& how =
        running.cancelled_because.empty() ? end.cause : running.cancelled_because;
    return said.empty() ? how : fmt::format("{}: {}", how, said);
  }

  tl::unexpected<Error> RunStopped(const std::string& name, WorkerFault fault,
                                   const std::string& cause, const std::string& said) const {
    if (fault == WorkerFault::kOutside) {
      return Failure(
          "{} was {} {} times in a row without progress; find out what stops it (a watchdog for "
          "memory or time?) and run the same command again, nothing that was recorded is lost",
          name, cause, options_.kills);
    }
    const std::string what = fmt::format("{}: {}", name, said.empty() ? cause : said);
    if (fault == WorkerFault::kUsage) return UsageError("{}", what);
    return MachineFailure(what);
  }

  // What failed here would fail for every other task, too.
  tl::unexpected<Error> MachineFailure(const std::string& what) const {
    std::string advice = "see to its files and disks";
    for (const fs::path& folder : options_.folders) {
      const std::string full = FullDisk(folder);
      if (full.empty()) continue;
      advice = full + ": free some space";
      break;
    }
    return Failure("{}; {} and run the same command again, nothing that was recorded is lost", what,
                   advice);
  }

  const TaskFiles& FilesOf(const Running& running) const {
    return tasks_[running.task.index].task.files;
  }

  Executor& executor_;
  const TaskQueueOptions& options_;
  std::vector<QueuedTask>& added_;
  const Ended& ended_;
  std::deque<QueuedTask> tasks_;  // which stay where they are when others are added
  std::deque<Waiting> waiting_;
  std::map<std::string, Running> running_;
  Clock::time_point round_ = options_.now();
  // Seconds in which this process was seen to run, and so could its workers. While a machine sleeps
  // or all are stopped nobody can make progress, and a limit would punish the task for it.
  double awake_ = 0;
};

}  // namespace

Status TaskQueue::Run(const std::vector<QueuedTask>& tasks, const Ended& ended) {
  added_ = tasks;
  QueueRun run(executor_, options_, added_, ended);
  run.TakeAdded();
  return run.Run();
}

}  // namespace genet
