// The CPU engine: SIMD kernels with sixteen images in the lanes (docs/engine.md).
#pragma once

#include <memory>
#include <string>

#include "genet/engine/engine.h"

namespace genet {

enum class Arithmetic {
  kWinograd,  // 3x3 convolutions by F(4,3) along rows where it pays
  kDirect,    // every product of the convolution is formed
};

struct CpuEngineOptions {
  int max_batch = 128;  // images
  int threads = 1;      // inside the network; results do not depend on it
  Arithmetic arithmetic = Arithmetic::kWinograd;
};

// Not thread-safe: one caller at a time.
std::unique_ptr<Engine> MakeCpuEngine(const Network& network, const InputTransform& transform,
                                      const CpuEngineOptions& options);

}  // namespace genet
