// For tests: an executor whose tasks end as a script says, in no time and without processes.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "genet/execution/executor.h"

namespace genet {

class ScriptedExecutor : public Executor {
 public:
  // How an attempt, counted from 1, at a task goes; asked at every Poll(). Nothing: it still runs.
  using Script = std::function<std::optional<TaskEnd>(const Task& task, int attempt)>;

  explicit ScriptedExecutor(size_t slots) : slots_(slots) {}

  Script script;
  Status submitted = {};             // what Submit() answers
  std::vector<std::string> started;  // keys, in order
  std::set<std::string> cancelled;
  size_t most_at_once = 0;
  std::function<bool(const std::string& key)> begun = [](const std::string&) { return true; };
  bool stopped = false;

  size_t free_slots() const override { return slots_ - running_.size(); }
  Status Submit(std::span<const Task> tasks) override {
    for (const Task& task : tasks) {
      started.push_back(task.key);
      ++attempts_[task.key];
      running_.push_back(task);
    }
    most_at_once = std::max(most_at_once, running_.size());
    return submitted;
  }
  Result<std::vector<TaskEnd>> Poll() override {
    std::vector<TaskEnd> ends;
    std::erase_if(running_, [&](const Task& task) {
      std::optional<TaskEnd> end;
      if (cancelled.erase(task.key) > 0) {
        end = TaskEnd{task.key, WorkerFault::kOutside, "signal 9 (Killed)"};
      } else {
        end = script(task, attempts_[task.key]);
      }
      if (end) ends.push_back(*end);
      return end.has_value();
    });
    return ends;
  }
  bool HasBegun(const std::string& key) const override { return begun(key); }
  void Cancel(const std::string& key) override { cancelled.insert(key); }
  void Stop() override {
    stopped = true;
    running_.clear();
  }

 private:
  size_t slots_;
  std::map<std::string, int> attempts_;
  std::vector<Task> running_;
};

}  // namespace genet
