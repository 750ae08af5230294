// Tasks as worker processes of this machine.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "genet/base/process.h"
#include "genet/engine/backend.h"
#include "genet/execution/executor.h"
#include "genet/execution/memory_kills.h"

namespace genet {

struct LocalExecutorOptions {
  fs::path program;                                 // run as `program worker JOB`
  int workers = 1;                                  // processes at the same time
  std::vector<std::string> devices = {kProcessor};  // shared out evenly among the workers
  int threads = 1;                                  // of each worker
  // Tests count for themselves how often the kernel killed for lack of memory.
  std::function<std::optional<int64_t>()> memory_kills = [] { return MemoryKills(); };
};

// Workers die with the process that made the executor, and with the executor.
class LocalExecutor : public Executor {
 public:
  explicit LocalExecutor(LocalExecutorOptions options)
      : options_(std::move(options)), memory_(options_.memory_kills) {}

  size_t free_slots() const override;
  Status Submit(std::span<const Task> tasks) override;
  Result<std::vector<TaskEnd>> Poll() override;
  bool HasBegun(const std::string& /*key*/) const override { return true; }
  void Cancel(const std::string& key) override;
  void Stop() override;

 private:
  struct Worker {
    std::string key, device;
    ChildProcess process;
    bool cancelled = false;
  };
  TaskEnd EndOf(const Worker& worker, const ProcessEnd& end);

  const LocalExecutorOptions options_;
  MemoryWatch memory_;
  std::list<Worker> workers_;
};

}  // namespace genet
