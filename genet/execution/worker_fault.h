// Why a worker ended without doing its task, as far as that decides what happens next.
#pragma once

namespace genet {

// With this status a worker says that a file could not be read or written (sysexits.h: EX_IOERR).
inline constexpr int kMachineExitStatus = 74;

enum class WorkerFault {
  kTask,     // crashed, gave up, or left no outcome of its task
  kMemory,   // killed because memory ran out
  kOutside,  // killed or told to stop by somebody else
  kMachine,  // disk full, data set gone: no other task would fare better
  kUsage,    // the task asks for something that cannot be: no other attempt would fare better
};

}  // namespace genet
