// What the layers of a network share while a batch passes them: threads, memory that they use in
// turn, and the batch itself.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "genet/base/random.h"
#include "genet/base/thread_team.h"
#include "genet/engine/cpu/buffer.h"
#include "genet/engine/cpu/cpu_engine.h"
#include "genet/engine/step_profile.h"
#include "genet/kernels/layout.h"

namespace genet {

class Step {
 public:
  explicit Step(const CpuEngineOptions& options);

  // For the layers' constructors: the first `threads` threads will have that much memory for
  // kernels, and for sums of a weight gradient, at least.
  void ReserveScratch(int threads, size_t floats);
  void ReserveWeightSums(int threads, size_t floats);

  // Another batch. `dropout` addresses its masks if it is one of training.
  void Begin(size_t images, bool training, RandomKey dropout);
  size_t images() const { return images_; }
  int blocks() const { return blocks_; }  // of 16 images, the last perhaps not full
  bool training() const { return training_; }
  RandomKey dropout() const { return dropout_; }
  // 1 for each lane of the block that holds an image, else 0.
  const float* Lanes(int block) const {
    return block == blocks_ - 1 ? last_lanes_.data() : all_lanes_.data();
  }

  // Calls body(block, thread) for the batch's blocks, shared among the threads.
  template <class Body>
  void ForEachBlock(const Body& body) {
    team.Run(blocks_, body);
  }
  // Calls body(begin, end) for slices of [0, count), shared among the threads.
  template <class Body>
  void Share(size_t count, size_t slice, const Body& body) {
    team.Run(static_cast<int>((count + slice - 1) / slice),
             [&](int index, int) { body(index * slice, std::min(count, (index + 1) * slice)); });
  }

  // Measures one kind of work on the batch. `flops` and `values` (read and written, each once) are
  // those of one image.
  StepProfile::Timer Measured(const char* work, double flops, double values,
                              size_t parameters = 0) const;

  size_t floats() const;  // of all memory

  ThreadTeam team;
  ThreadTeam alone{1};                       // for what a thread of the team does by itself
  std::vector<Buffer> scratch, weight_sums;  // by thread
  Buffer chunk_gradients;                    // of a layer's weights, until they are added

 private:
  StepProfile* const profile_;
  size_t images_ = 0;
  int blocks_ = 0;
  bool training_ = false;
  RandomKey dropout_{0};
  alignas(64) std::array<float, kernels::kBlock> last_lanes_{}, all_lanes_{};
};

}  // namespace genet
