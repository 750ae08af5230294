// The CPU engine: SIMD kernels with sixteen images in the lanes (docs/engine.md).
#pragma once

#include <memory>
#include <string>

#include "genet/engine/engine.h"
#include "genet/engine/step_profile.h"

namespace genet {

enum class Arithmetic {
  kWinograd,  // 3x3 convolutions with fewer products where it pays
  kDirect,    // every product of the convolution is formed
};

struct CpuEngineOptions {
  int max_batch = 128;  // images
  int threads = 1;      // inside the network; results do not depend on it
  Arithmetic arithmetic = Arithmetic::kWinograd;
  StepProfile* profile = nullptr;  // filled if not null; must outlive the engine
};

// What the engine holds at least to train with so many images at once: without the memory of
// kernels and copies of weights in their form.
size_t LeastCpuBytes(const Network& network, int images);

// Not thread-safe: one caller at a time.
std::unique_ptr<Engine> MakeCpuEngine(const Network& network, const InputTransform& transform,
                                      const CpuEngineOptions& options);

}  // namespace genet
