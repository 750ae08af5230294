// Workers that end without an outcome: whose fault it is, and when to give up.
//
// What comes from outside must not change the history of a search, so only a fault of the training
// itself ends as a failed evaluation. A worker that is killed from outside is started again and
// again; if nothing comes of it, or if the machine fails, the whole run stops and can be resumed.
#pragma once

#include "genet/base/process.h"

namespace genet {

// With this status a worker says that a file could not be read or written (sysexits.h: EX_IOERR).
inline constexpr int kMachineExitStatus = 74;

enum class WorkerFault {
  kTraining,  // crashed, gave up, or left no outcome of its job
  kMemory,    // killed by the kernel because memory ran out
  kOutside,   // killed or told to stop by somebody else
  kMachine,   // disk full, data set gone: no other evaluation would fare better
};

// Of a worker that the pool itself did not kill.
WorkerFault FaultOf(const ProcessEnd& end, bool memory_ran_out);

// The attempts at one evaluation.
class Attempts {
 public:
  enum class Verdict {
    kTryAgain,
    kTryLater,  // when other evaluations had their turn: memory may be free by then
    kFail,      // record the evaluation as failed
    kStopRun,
  };

  // `most`: faults of the training in all, and ends in a row without progress for lack of memory.
  // `most_kills`: kills from outside in a row without progress.
  Attempts(int most, int most_kills) : most_(most), most_kills_(most_kills) {}

  void Start() { ++started_; }
  // `progressed`: the attempt came further than those before it, or wrote a checkpoint.
  Verdict Ended(WorkerFault fault, bool progressed);

  int started() const { return started_; }

 private:
  int most_, most_kills_;
  int started_ = 0, training_faults_ = 0;
  int memory_kills_ = 0, outside_kills_ = 0;  // since the last progress
};

}  // namespace genet
