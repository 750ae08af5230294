// The executor that runs a command's tasks.
#pragma once

#include <memory>

#include "genet/cli/resource_flags.h"
#include "genet/execution/executor.h"

namespace genet::cli {

std::unique_ptr<Executor> MakeExecutor(const Resources& resources);

}  // namespace genet::cli
