#include "genet/engine/cpu/step.h"

namespace genet {

using kernels::kBlock;

Step::Step(const CpuEngineOptions& options)
    : team(options.threads),
      scratch(options.threads),
      weight_sums(options.threads),
      profile_(options.profile) {
  all_lanes_.fill(1.0f);
}

void Step::ReserveScratch(int threads, size_t floats) {
  for (int thread = 0; thread < threads; ++thread) scratch[thread].Grow(floats);
}

void Step::ReserveWeightSums(int threads, size_t floats) {
  for (int thread = 0; thread < threads; ++thread) weight_sums[thread].Grow(floats);
}

void Step::Begin(size_t images, bool training, RandomKey dropout) {
  images_ = images;
  training_ = training;
  dropout_ = dropout;
  blocks_ = static_cast<int>((images + kBlock - 1) / kBlock);
  for (size_t lane = 0; lane < kBlock; ++lane) {
    last_lanes_[lane] = (blocks_ - 1) * kBlock + lane < images ? 1.0f : 0.0f;
  }
}

StepProfile::Timer Step::Measured(const char* work, double flops, double values,
                                  size_t parameters) const {
  const auto images = static_cast<double>(images_);
  return {profile_, work, flops * images,
          sizeof(float) * (values * images + static_cast<double>(parameters))};
}

size_t Step::floats() const {
  size_t floats = chunk_gradients.size();
  for (const Buffer& buffer : scratch) floats += buffer.size();
  for (const Buffer& buffer : weight_sums) floats += buffer.size();
  return floats;
}

}  // namespace genet
