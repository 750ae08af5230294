// What an experiment costs on this machine, from a short measurement.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/engine/settings.h"
#include "genet/experiments/reproduce.h"
#include "genet/experiments/scale.h"

namespace genet {

// Trainings of one kind that an experiment needs.
struct Workload {
  std::string run;    // equal runs of two experiments are done once: "genetic-1"
  int rounds = 1;     // one after the other, for selection needs all of a generation
  int networks = 1;   // of a round, as many at the same time as there are workers
  double images = 0;  // a training sees, epochs counted
  // What is trained, and by what; measured once for each.
  BaseNetwork base;
  EngineSettings engine = {};
  int batch = 0;
  std::string genome;  // GeNet #1, or the WRN
  // Of these images, scaled by multiply-adds from the measured size; usually equal.
  Shape input{3, 32, 32};
  int classes = 10;
};
// On data sets of the official sizes, as if every network were GeNet #1 (or the WRN). A run that
// several experiments share stands in the workloads of each.
Result<std::vector<Workload>> WorkloadsOf(const Experiment& experiment, const Scale& scale);

// Processor seconds of one training step an image, of one worker while `workers` of one thread each
// run on as many cores.
using StepTimer = std::function<Result<double>(const Workload& workload, int workers)>;
// Measures steps of its engine, on the processor, for about `seconds`. Batches are cut to 32
// images. There should be as many cores as workers.
Result<double> MeasureStep(const Workload& workload, int workers, double seconds);

// Each different workload is timed once.
class CostModel {
 public:
  CostModel(StepTimer timer, int cores) : timer_(std::move(timer)), cores_(cores) {}
  // From start to end; each run is counted once. More workers than cores share them.
  Result<double> Seconds(const std::vector<Workload>& workloads, int workers);

 private:
  StepTimer timer_;
  int cores_;
  std::map<std::pair<std::string, int>, double> measured_;
};

}  // namespace genet
