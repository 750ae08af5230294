#include "genet/base/print_error.h"
#include "genet/cli/command.h"
#include "genet/cli/number_check.h"
#include "genet/cli/stop.h"
#include "genet/engine/backends/backends.h"
#include "genet/execution/worker.h"
#include "genet/execution/worker_fault.h"

namespace genet::cli {

Command AddWorkerCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "worker", "do one task (started by searches and experiments)",
      {"Reads a job file, does what it asks for (an evaluation of a search, a training in full, a "
       "classification of features) and writes the outcome that the job names. It never opens a "
       "run "
       "store. A worker that is started again goes on from the job's checkpoint. Without an "
       "outcome "
       "the task was not done.\n\n"
       "The exit status is 74 if the job file, the data set or a disk is at fault, so that nobody "
       "blames the task.",
       "genet worker runs/first/jobs/g003-i007.job.json"});
  struct Arguments {
    std::string job;
    WorkerResources resources;
  };
  auto arguments = std::make_shared<Arguments>();
  WorkerResources& resources = arguments->resources;
  app->add_option("JOB", arguments->job, "The job file.")->required();
  app->add_option("--threads", resources.threads,
                  "Threads inside the network; results do not depend on it (default: 1).")
      ->type_name("N")
      ->check(Within(1, 1024));
  app->add_option("--device", resources.device,
                  fmt::format("Device of the engine, such as {} (default: {}).", DescribeDevices(),
                              kProcessor))
      ->type_name("NAME");
  app->add_option("--parent", resources.parent,
                  "End with the process of this id, which started the worker (default: none).")
      ->type_name("PID");
  return {app, [arguments]() -> Result<int> {
            CatchStopSignals();
            Status status;
            if (const Result<Job> job = ReadJob(arguments->job)) {
              status = RunWorker(*job, arguments->resources, [] { return StopSignal() != 0; });
            } else {
              // The file was whole when it was written.
              status = Failure("{}", job.error().message);
            }
            if (status) return 0;
            if (StopSignal() != 0) return StopExitStatus();
            if (status.error().kind == ErrorKind::kUsage) return tl::unexpected(status.error());
            PrintError("genet: {}\n", status.error().message);
            return kMachineExitStatus;
          }};
}

}  // namespace genet::cli
