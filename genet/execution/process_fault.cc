#include "genet/execution/process_fault.h"

#include <csignal>

namespace genet {

WorkerFault FaultOf(const ProcessEnd& end, bool memory_ran_out) {
  switch (end.signal) {
    case 0:
      break;
    case SIGKILL:
      return memory_ran_out ? WorkerFault::kMemory : WorkerFault::kOutside;
    case SIGTERM:
    case SIGINT:
    case SIGHUP:
      return WorkerFault::kOutside;
    case SIGBUS:   // a page of a mapped file could not be read: it shrank, or its disk failed
    case SIGXFSZ:  // larger than a file may be (ulimit -f)
      return WorkerFault::kMachine;
    default:
      return WorkerFault::kTask;
  }
  if (end.exit_code == kMachineExitStatus) return WorkerFault::kMachine;
  if (end.exit_code == 2) return WorkerFault::kUsage;
  // A worker that is told to stop ends by itself, with the status that a shell gives a signal.
  if (end.exit_code == 128 + SIGTERM || end.exit_code == 128 + SIGINT) return WorkerFault::kOutside;
  return WorkerFault::kTask;
}

}  // namespace genet
