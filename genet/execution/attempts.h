// The attempts at one task: when to try again and when to give up.
//
// What comes from outside must not change the history of a search, so only a fault of the task
// itself ends as a failed task. A worker that is killed from outside is started again and again; if
// nothing comes of that, or if the machine fails, the whole run stops and can be resumed.
#pragma once

#include "genet/execution/worker_fault.h"

namespace genet {

class Attempts {
 public:
  enum class Verdict {
    kTryAgain,
    kTryLater,  // when other tasks had their turn: memory may be free by then
    kFail,      // the task has failed
    kStopRun,
  };

  // `most`: faults of the task in all, and ends in a row without progress for lack of memory.
  // `most_kills`: kills from outside in a row without progress.
  Attempts(int most, int most_kills) : most_(most), most_kills_(most_kills) {}

  void Start() { ++started_; }
  // `progressed`: the attempt came further than those before it, or wrote a checkpoint.
  Verdict Ended(WorkerFault fault, bool progressed);

  int started() const { return started_; }

 private:
  int most_, most_kills_;
  int started_ = 0, task_faults_ = 0;
  int memory_kills_ = 0, outside_kills_ = 0;  // since the last progress
};

}  // namespace genet
