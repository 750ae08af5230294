#include "genet/base/note.h"
#include "genet/cli/command.h"
#include "genet/cli/stop.h"
#include "genet/execution/worker.h"
#include "genet/execution/worker_end.h"

namespace genet::cli {

Command AddWorkerCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "worker", "do one evaluation (started by searches)",
      {"Reads a job file, trains and measures its network, and writes the outcome file that the "
       "job names. It never opens the run store. A worker that is started again goes on from the "
       "job's checkpoint. Without an outcome file the evaluation was not done.\n\n"
       "The exit status is 74 if the data set or a disk is at fault, so that other jobs would fare "
       "no better.",
       "genet worker runs/first/jobs/g003-i007.job.json"});
  auto path = std::make_shared<std::string>();
  app->add_option("JOB", *path, "The job file.")->required();
  return {app, [path]() -> Result<int> {
            CatchStopSignals();
            GENET_ASSIGN(const Job job, ReadJob(*path));
            const Status status = RunWorker(job, [] { return StopSignal() != 0; });
            if (status) return 0;
            if (StopSignal() != 0) return StopExitStatus();
            Note("genet: {}\n", status.error().message);
            return kMachineExitStatus;
          }};
}

}  // namespace genet::cli
