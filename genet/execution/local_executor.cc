#include "genet/execution/local_executor.h"

#include <unistd.h>

#include <csignal>

#include "genet/base/check.h"
#include "genet/execution/devices.h"
#include "genet/execution/process_fault.h"

namespace genet {

size_t LocalExecutor::free_slots() const {
  return static_cast<size_t>(options_.workers) - workers_.size();
}

Status LocalExecutor::Submit(std::span<const Task> tasks) {
  GENET_CHECK(tasks.size() <= free_slots());
  for (const Task& task : tasks) {
    std::vector<std::string> taken;
    for (const Worker& worker : workers_) taken.push_back(worker.device);
    std::string device = NextDevice(options_.devices, taken);
    GENET_ASSIGN(
        ChildProcess process,
        ChildProcess::Start({.executable = options_.program,
                             .arguments = {"genet", "worker", task.files.job.string(), "--device",
                                           device, "--threads", std::to_string(options_.threads),
                                           "--parent", std::to_string(::getpid())},
                             .log = task.files.log}));
    workers_.push_back({task.key, std::move(device), std::move(process)});
  }
  return {};
}

Result<std::vector<TaskEnd>> LocalExecutor::Poll() {
  std::vector<TaskEnd> ends;
  for (auto worker = workers_.begin(); worker != workers_.end();) {
    const std::optional<ProcessEnd> end = worker->process.Poll();
    if (!end) {
      ++worker;
      continue;
    }
    ends.push_back(EndOf(*worker, *end));
    worker = workers_.erase(worker);
  }
  memory_.Look();
  return ends;
}

TaskEnd LocalExecutor::EndOf(const Worker& worker, const ProcessEnd& end) {
  if (end.success()) return {worker.key, std::nullopt, ""};
  // A kill of our own is not one that the kernel has counted.
  const bool memory_ran_out = end.signal == SIGKILL && !worker.cancelled && memory_.RanOut();
  return {worker.key, FaultOf(end, memory_ran_out), end.ToString()};
}

void LocalExecutor::Cancel(const std::string& key) {
  for (Worker& worker : workers_) {
    if (worker.key != key) continue;
    worker.cancelled = true;
    worker.process.Signal(SIGKILL);
  }
}

void LocalExecutor::Stop() {
  std::vector<ChildProcess*> processes;
  for (Worker& worker : workers_) processes.push_back(&worker.process);
  EndProcesses(processes);
  workers_.clear();
}

}  // namespace genet
