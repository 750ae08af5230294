// Steps of a network on random images, for measuring time: on any engine, and as training makes
// them.
#pragma once

#include <memory>
#include <optional>

#include "genet/data/data_set.h"
#include "genet/engine/backend.h"
#include "genet/training/epoch.h"

namespace genet {

// Random pixels and labels; what is in an image does not change the time of a step.
ImageList RandomImages(Shape shape, int classes, size_t count);

struct StepLoopOptions {
  EngineSettings engine = {};
  EngineResources resources = {};
  bool evaluate = false;  // forward passes of evaluation in place of training steps
};

// One worker's engine and its place in the images. Not thread-safe.
class StepLoop {
 public:
  // Makes one step, so that memory is not touched for the first time in a measurement. `images`
  // must outlive the loop. Workers of other numbers draw otherwise. An error as MakeEngine's.
  static Result<std::unique_ptr<StepLoop>> Make(const Network& network, const ImageList& images,
                                                const StepLoopOptions& options, int worker = 0);

  // A whole step: the batch drawn from the shuffled images, forward, backward, update.
  void Step();
  struct Pace {
    int64_t images = 0;
    double seconds = 0;
    // Of the calling thread: what other programs take of the machine meanwhile is not in it.
    double processor_seconds = 0;
    // Images/s in the shortest step: what the step takes while nothing disturbs it.
    double fastest_images_per_second = 0;

    double images_per_second() const { return static_cast<double>(images) / seconds; }
  };
  // Steps for about `seconds`, at least one.
  Pace Run(double seconds);
  size_t memory_bytes() const { return engine_->memory_bytes(); }

 private:
  StepLoop(std::unique_ptr<Engine> engine, const ImageList& images, int batch, bool evaluate,
           RandomKey key);

  std::unique_ptr<Engine> engine_;
  const ImageList& images_;
  const TrainingSettings settings_;
  const bool evaluate_;
  const RandomKey key_;
  int epochs_ = 0;
  int64_t steps_left_ = 0;  // of the epoch
  std::optional<Epoch> epoch_;
};

}  // namespace genet
