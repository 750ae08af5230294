// The rate at which a network trains, measured in turns with what it is compared with.
#pragma once

#include "genet/benchmark/step_loop.h"

namespace genet {

struct ThroughputOptions {
  StepLoopOptions loop = {};
  int workers = 1;     // side by side, each with the resources of `loop`
  double seconds = 0;  // for the network, its peak and its reference together
};

struct Throughput {
  double images_per_second = 0;  // of all workers
  // In each worker's shortest step: a core that other programs use too is seldom undisturbed, and
  // where its threads share their units the peak below does not show that.
  double fastest_images_per_second = 0;
  double gflops = 0;            // direct convolution's, see flops.h
  double peak_gflops = 0;       // of the cores in use; 0 for a device that is not the processor
  double to_reference = 0;      // GFLOP/s over the reference's, turn by turn; 0 without one
  int64_t flops_per_image = 0;  // that gflops counts
  size_t engine_bytes = 0;      // of one worker

  bool has_peak() const { return peak_gflops > 0; }
  double fraction_of_peak() const { return gflops / peak_gflops; }
  double fastest_fraction_of_peak() const {
    return fraction_of_peak() * fastest_images_per_second / images_per_second;
  }
};

// Medians over several turns. In each the peak is measured, then the network, then the reference if
// there is one, so that a clock that changes under load or a neighbour's work changes all of them.
Result<Throughput> MeasureThroughput(const Network& network, const Network* reference,
                                     const ImageList& images, const ThroughputOptions& options);

}  // namespace genet
