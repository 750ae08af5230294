#include "genet/engine/cpu/dropout.h"

#include <algorithm>

#include "genet/kernels/layout.h"

namespace genet {

void FillDropoutMask(RandomKey key, double rate, size_t features, int block, float* mask) {
  using kernels::kBlock;
  const auto threshold = static_cast<uint32_t>(std::min(rate * 0x1p32, 0x1p32 - 1));
  const auto kept = static_cast<float>(1 / (1 - rate));
  const size_t draws = (features + 3) / 4;
  for (size_t lane = 0; lane < kBlock; ++lane) {
    const size_t image = block * kBlock + lane;
    for (size_t draw = 0; draw < draws; ++draw) {
      const auto bits = key.Bits(image * draws + draw);
      for (size_t f = draw * 4; f < std::min(features, draw * 4 + 4); ++f) {
        mask[f * kBlock + lane] = bits[f % 4] >= threshold ? kept : 0.0f;
      }
    }
  }
}

}  // namespace genet
