#include "genet/cli/work_flags.h"

#include <fmt/ranges.h>

#include <set>

#include "genet/cli/options.h"
#include "genet/engine/backends/backends.h"
#include "genet/execution/run_folder.h"

namespace genet::cli {

std::string Describe(const WorkOptions& options) {
  std::string text = fmt::format("{} worker(s)", options.workers);
  if (options.devices != WorkOptions().devices) {
    text += fmt::format(" on {}", fmt::join(options.devices, ", "));
  }
  return text;
}

void WorkFlags::AddTo(CLI::App& app, bool searches) {
  app.add_option("--workers", workers_,
                 "Networks trained at the same time (default: cores / threads).")
      ->type_name("N")
      ->check(CLI::Range(1, 4096));
  CLI::Option* devices =
      app.add_option(
             "--devices", devices_,
             fmt::format("Devices of the engine, apart by commas, such as {} (default: {}).",
                         DescribeDevices(), kProcessor))
          ->type_name("LIST")
          ->delimiter(',')
          ->allow_extra_args(false);
  app.add_option("--per-device", per_device_,
                 "Networks trained at the same time on each of the --devices (default: 1).")
      ->type_name("N")
      ->check(CLI::Range(1, 4096))
      ->needs(devices);
  app.add_option("--threads", threads_, "Threads inside one network (default: 1).")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app.add_flag("--quiet", quiet_, "No progress.");
  app.add_option("--checkpoint-every", checkpoint_every_,
                 "Least time between checkpoints of a training (default: 60s).")
      ->type_name("TIME");
  if (!searches) return;
  app.add_option("--time-limit", time_limit_,
                 "Time for one attempt at an evaluation (default: none). One that takes longer is "
                 "killed and tried again from its last checkpoint.")
      ->type_name("TIME");
}

Result<WorkOptions> WorkFlags::Resolve() const {
  WorkOptions options{.workers = workers_ > 0 ? workers_ : DefaultWorkers(threads_),
                      .devices = {kProcessor},
                      .threads = threads_,
                      .time_limit_seconds = 0,
                      .checkpoint_seconds = 0,
                      .quiet = quiet_};
  if (!devices_.empty()) {
    if (std::set(devices_.begin(), devices_.end()).size() < devices_.size()) {
      return UsageError(
          "--devices: names a device twice; --per-device N trains N networks on each");
    }
    options.devices = devices_;
    options.workers = static_cast<int>(devices_.size()) * per_device_;
    if (workers_ > 0 && workers_ != options.workers) {
      return UsageError("--workers {}: --devices and --per-device make {}; leave --workers out",
                        workers_, options.workers);
    }
  }
  if (!time_limit_.empty()) {
    GENET_ASSIGN(options.time_limit_seconds, ParseDuration("--time-limit", time_limit_));
  }
  GENET_ASSIGN(options.checkpoint_seconds, ParseDuration("--checkpoint-every", checkpoint_every_));
  return options;
}

}  // namespace genet::cli
