#include "genet/cli/resource_flags.h"

#include <fmt/ranges.h>

#include <set>

#include "genet/base/parse.h"
#include "genet/cli/number_check.h"
#include "genet/engine/backends/backends.h"
#include "genet/execution/run_folder.h"

namespace genet::cli {

std::string Describe(const Resources& resources) {
  std::string text = fmt::format("{} worker(s)", resources.workers);
  if (resources.devices != Resources().devices) {
    text += fmt::format(" on {}", fmt::join(resources.devices, ", "));
  }
  return text;
}

void ResourceFlags::AddTo(CLI::App& app, bool searches) {
  app.add_option("--workers", workers_,
                 "Networks trained at the same time (default: cores / threads).")
      ->type_name("N")
      ->check(Within(1, 4096));
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
      ->check(Within(1, 4096))
      ->needs(devices);
  app.add_option("--threads", threads_, "Threads inside one network (default: 1).")
      ->type_name("N")
      ->check(Within(1, 1024));
  app.add_flag("--quiet", quiet_, "No progress.");
  app.add_option("--checkpoint-every", checkpoint_every_,
                 "Least time between checkpoints of a training (default: 60s).")
      ->type_name("TIME");
  if (!searches) return;
  app.add_option("--time-limit", time_limit_,
                 "Time for one attempt at an evaluation (default: none). One that takes longer is "
                 "killed and tried again from its last checkpoint; after three attempts it is "
                 "recorded as failed, which changes the history.")
      ->type_name("TIME");
}

Result<Resources> ResourceFlags::Resolve() const {
  Resources resources{.workers = workers_ > 0 ? workers_ : DefaultWorkers(threads_),
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
    resources.devices = devices_;
    resources.workers = static_cast<int>(devices_.size()) * per_device_;
    if (workers_ > 0 && workers_ != resources.workers) {
      return UsageError("--workers {}: --devices and --per-device make {}; leave --workers out",
                        workers_, resources.workers);
    }
  }
  if (!time_limit_.empty()) {
    GENET_ASSIGN(resources.time_limit_seconds, ParseDuration("--time-limit", time_limit_));
  }
  GENET_ASSIGN(resources.checkpoint_seconds,
               ParseDuration("--checkpoint-every", checkpoint_every_));
  return resources;
}

}  // namespace genet::cli
