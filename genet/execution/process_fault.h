// What the end of a worker process on this machine says about its task.
#pragma once

#include "genet/base/process.h"
#include "genet/execution/worker_fault.h"

namespace genet {

// The fault behind an end that was no success. `memory_ran_out`: the kernel has counted a kill for
// lack of memory that no other end explains.
WorkerFault FaultOf(const ProcessEnd& end, bool memory_ran_out);

}  // namespace genet
