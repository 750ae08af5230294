#include "genet/engine/cpu/step.h"

namespace genet {

using kernels::kBlock;

Step::Step(const CpuEngineOptions& options)
    : team(options.threads),
      scratch(options.threads),
      tile_memory(options.threads),
      profile_(options.profile) {
  all_lanes_.fill(1.0f);
}

void Step::ReserveScratch(size_t floats) {
  for (Buffer& buffer : scratch) buffer.Grow(floats);
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
  size_t floats = 0;
  for (const Buffer& buffer : scratch) floats += buffer.size();
  for (const TileMemory& memory : tile_memory) floats += memory.floats();
  return floats;
}

}  // namespace genet
