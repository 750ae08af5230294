// Where tasks run. An executor knows nothing of accuracies, retries or searches: the task queue
// decides those. All calls come from one thread.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/execution/task.h"
#include "genet/execution/worker_fault.h"

namespace genet {

struct TaskEnd {
  std::string key;
  std::optional<WorkerFault> fault;  // none: the worker says that the task is done
  std::string cause;                 // "exit status 3": for people
};

class Executor {
 public:
  virtual ~Executor() = default;

  // How many tasks it would take now. An executor in front of a scheduler takes any number.
  virtual size_t free_slots() const = 0;
  // Starts tasks whose job files are written, at most free_slots(). An error means that the machine
  // cannot start them.
  virtual Status Submit(std::span<const Task> tasks) = 0;
  // The tasks that ended since the last call. Does not wait.
  virtual Result<std::vector<TaskEnd>> Poll() = 0;
  // Whether the task has a worker, or waits for one in a scheduler's queue: limits of time count
  // from when it begins. `key` is of a task that was submitted and whose end was not polled yet.
  virtual bool HasBegun(const std::string& key) const = 0;
  // Kills a task that runs. Poll() gives its end like any other.
  virtual void Cancel(const std::string& key) = 0;
  // Ends all tasks within two seconds; each may write a checkpoint first. Poll() gives none of
  // their ends.
  virtual void Stop() = 0;
};

}  // namespace genet
