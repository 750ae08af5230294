// Steps of a network on random images, for measuring time.
#pragma once

#include <memory>
#include <vector>

#include "genet/data/data_set.h"
#include "genet/engine/cpu/cpu_engine.h"

namespace genet {

// Random pixels and labels; what is in an image does not change the time of a step.
ImageList RandomImages(Shape shape, int classes, size_t count);

// One worker's engine and its place in the images.
class StepLoop {
 public:
  // evaluate: forward passes of evaluation in place of training steps.
  StepLoop(const Network& network, const ImageList& images, int batch,
           const CpuEngineOptions& options, bool evaluate, int worker);

  Status Start(const Network& network);
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
  const ImageList& images_;
  int batch_;
  bool evaluate_;
  RandomKey key_;
  std::unique_ptr<Engine> engine_;
  std::vector<uint32_t> order_;
  size_t at_;
  uint64_t steps_ = 0;
  std::vector<InputImage> batch_images_;
  std::vector<int32_t> batch_labels_;
};

}  // namespace genet
