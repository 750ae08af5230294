// A queue of tasks over an executor: attempts, time limits, progress, outcomes.
//
// The rules for workers that end without an outcome hold for every kind of task and every executor
// (docs/formats.md has the table): attempts.h decides who tries again and when all stops.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "genet/base/duration.h"
#include "genet/execution/executor.h"
#include "genet/execution/progress_file.h"

namespace genet {

struct QueuedTask {
  Task task;
  std::string job;   // what its job file shall hold
  std::string name;  // for people: "worker of 1-01 in generation 3"
  // Reads the outcome file. An error if it is not a whole outcome of this very task; that is how
  // the queue finds out what an earlier process has done, and whether a worker that says so has.
  std::function<Status()> read_outcome;
  // A task of a kind that cannot tell how far it is never counts as hanging.
  bool tells_progress = true;
};

struct TaskResult {
  size_t index = 0;   // of the task
  int attempts = 0;   // 1 if an earlier process had done it
  std::string cause;  // of the failure; empty: the task is done, its outcome was read
};

struct TaskQueueOptions {
  int attempts = 3;  // of a task that crashes, hangs, passes its time limit or runs out of memory
  int kills = 20;    // of its worker from outside, in a row and without progress
  double time_limit_seconds = 0;       // of an attempt; 0: none
  double hang_seconds = 900;           // without any progress
  std::vector<fs::path> folders = {};  // whose disks are looked at if files cannot be written
  std::function<bool()> stop = {};     // asked often; true: end all workers and return
  // A running worker's latest progress.
  std::function<void(size_t index, const WorkerProgress&)> running = {};
  std::function<void(const std::string&)> log = {};  // a line for the user
  // Tests have a clock of their own.
  std::function<Clock::time_point()> now = [] { return Clock::now(); };
  std::function<void()> wait = {};  // between two looks; none: 20 ms
};

class TaskQueue {
 public:
  TaskQueue(Executor& executor, TaskQueueOptions options)
      : executor_(executor), options_(std::move(options)) {}

  // Runs all tasks, in their order as far as there is room. `ended` is called once for each, in the
  // order in which they end; an error of it ends all. The error "stopped" if `stop` asked for it;
  // others if the machine fails or something outside keeps killing workers. Files of tasks stay:
  // the caller removes those of a task that it has recorded.
  Status Run(const std::vector<QueuedTask>& tasks,
             const std::function<Status(const TaskResult&)>& ended);
  // One more task, to be called from `ended`. Its index is one above that of the last before it.
  void Add(QueuedTask task) { added_.push_back(std::move(task)); }

 private:
  Executor& executor_;
  const TaskQueueOptions options_;
  std::vector<QueuedTask> added_;  // and not yet seen by Run
};

}  // namespace genet
