// Evaluations on this machine: a pool of worker processes.
#pragma once

#include <functional>
#include <string>

#include "genet/base/file.h"
#include "genet/execution/memory_kills.h"
#include "genet/search/evaluation.h"
#include "genet/settings/run_settings.h"

namespace genet {

struct LocalPoolOptions {
  fs::path program;  // run as `program worker JOB`
  fs::path jobs;     // folder for job, outcome, checkpoint, progress and log files
  fs::path cache;    // for OpenDataSet
  int workers = 1;
  std::vector<std::string> devices = {"cpu"};  // shared out evenly among the workers
  int threads = 1;                             // of each worker
  int attempts = 3;               // of an evaluation that crashes, hangs or runs out of memory
  int kills = 20;                 // of its worker from outside, in a row and without progress
  double time_limit_seconds = 0;  // of an attempt; 0: none
  double hang_seconds = 900;      // without any progress
  double checkpoint_seconds = 60;
  std::function<bool()> stop;  // asked often; true: end all workers and return
  // A running worker's latest progress.
  std::function<void(const EvaluationId&, double images_per_second, double fraction)> running;
  std::function<void(const std::string&)> say;  // a line for the user
  // Tests count for themselves how often the kernel killed for lack of memory.
  std::function<std::optional<int64_t>()> memory_kills = [] { return MemoryKills(); };
};

// Workers die with the process that made the pool, and with the pool. Files of an evaluation are
// removed once it was reported; those of an interrupted one stay and are used by the next run.
class LocalPool : public Evaluator {
 public:
  LocalPool(RunSettings settings, LocalPoolOptions options)
      : settings_(std::move(settings)), options_(std::move(options)) {}

  // An error "stopped" if `stop` asked for it, within two seconds; others if the machine fails
  // (files cannot be written, the data set is gone) or something outside keeps killing workers.
  // Nothing is recorded then that a later run would not find as well (worker_end.h).
  Status Evaluate(
      const std::vector<EvaluationRequest>& requests,
      const std::function<Status(const EvaluationRequest&, const Evaluation&)>& finished) override;

 private:
  const RunSettings settings_;
  const LocalPoolOptions options_;
};

}  // namespace genet
