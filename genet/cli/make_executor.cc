#include "genet/cli/make_executor.h"

#include "genet/cli/command.h"
#include "genet/execution/local_executor.h"

namespace genet::cli {

std::unique_ptr<Executor> MakeExecutor(const Resources& resources) {
  return std::make_unique<LocalExecutor>(LocalExecutorOptions{.program = ProgramPath(),
                                                              .workers = resources.workers,
                                                              .devices = resources.devices,
                                                              .threads = resources.threads});
}

}  // namespace genet::cli
