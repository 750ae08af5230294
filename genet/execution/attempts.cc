#include "genet/execution/attempts.h"

namespace genet {

Attempts::Verdict Attempts::Ended(WorkerFault fault, bool progressed) {
  if (progressed) memory_kills_ = outside_kills_ = 0;
  switch (fault) {
    case WorkerFault::kTask:
      return ++task_faults_ < most_ ? Verdict::kTryAgain : Verdict::kFail;
    case WorkerFault::kMemory:
      return ++memory_kills_ < most_ ? Verdict::kTryLater : Verdict::kFail;
    case WorkerFault::kOutside:
      return ++outside_kills_ < most_kills_ ? Verdict::kTryAgain : Verdict::kStopRun;
    case WorkerFault::kMachine:
    case WorkerFault::kUsage:
      break;
  }
  return Verdict::kStopRun;
}

}  // namespace genet
