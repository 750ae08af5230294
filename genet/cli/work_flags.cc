#include "genet/cli/work_flags.h"

#include "genet/cli/options.h"
#include "genet/execution/run_folder.h"

namespace genet::cli {

void WorkFlags::AddTo(CLI::App& app, bool searches) {
  app.add_option("--workers", workers_,
                 "Networks trained at the same time (default: cores / threads).")
      ->type_name("N")
      ->check(CLI::Range(1, 4096));
  app.add_option("--threads", threads_, "Threads inside one network (default: 1).")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app.add_flag("--quiet", quiet_, "No progress.");
  if (!searches) return;
  app.add_option("--time-limit", time_limit_,
                 "Time for one attempt at an evaluation (default: none). One that takes longer is "
                 "killed and tried again from its last checkpoint.")
      ->type_name("TIME");
  app.add_option("--checkpoint-every", checkpoint_every_,
                 "Least time between checkpoints inside an evaluation (default: 60s).")
      ->type_name("TIME");
}

Result<WorkOptions> WorkFlags::Resolve() const {
  WorkOptions options{.workers = workers_ > 0 ? workers_ : DefaultWorkers(threads_),
                      .threads = threads_,
                      .time_limit_seconds = 0,
                      .checkpoint_seconds = 0,
                      .quiet = quiet_};
  if (!time_limit_.empty()) {
    const Result<double> limit = ParseDuration(time_limit_);
    if (!limit) return UsageError("--time-limit: {}", limit.error().message);
    options.time_limit_seconds = *limit;
  }
  const Result<double> between = ParseDuration(checkpoint_every_);
  if (!between) return UsageError("--checkpoint-every: {}", between.error().message);
  options.checkpoint_seconds = *between;
  return options;
}

}  // namespace genet::cli
