#include "genet/execution/worker_end.h"

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
      return WorkerFault::kTraining;
  }
  if (end.exit_code == kMachineExitStatus) return WorkerFault::kMachine;
  // A worker that is told to stop ends by itself, with the status that a shell gives a signal.
  if (end.exit_code == 128 + SIGTERM || end.exit_code == 128 + SIGINT) return WorkerFault::kOutside;
  return WorkerFault::kTraining;
}

Attempts::Verdict Attempts::Ended(WorkerFault fault, bool progressed) {
  if (progressed) memory_kills_ = outside_kills_ = 0;
  switch (fault) {
    case WorkerFault::kTraining:
      return ++training_faults_ < most_ ? Verdict::kTryAgain : Verdict::kFail;
    case WorkerFault::kMemory:
      return ++memory_kills_ < most_ ? Verdict::kTryLater : Verdict::kFail;
    case WorkerFault::kOutside:
      return ++outside_kills_ < most_kills_ ? Verdict::kTryAgain : Verdict::kStopRun;
    case WorkerFault::kMachine:
      break;
  }
  return Verdict::kStopRun;
}

}  // namespace genet
