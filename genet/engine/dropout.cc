#include "genet/engine/dropout.h"

#include <algorithm>
#include <cstdint>

namespace genet {

void DrawDropoutMask(RandomKey key, double rate, size_t features, size_t image, size_t stride,
                     float* mask) {
  const auto threshold = static_cast<uint32_t>(std::min(rate * 0x1p32, 0x1p32 - 1));
  const auto kept = static_cast<float>(1 / (1 - rate));
  const size_t draws = (features + 3) / 4;
  for (size_t draw = 0; draw < draws; ++draw) {
    const auto bits = key.Bits(image * draws + draw);
    for (size_t f = draw * 4; f < std::min(features, draw * 4 + 4); ++f) {
      mask[f * stride] = bits[f % 4] >= threshold ? kept : 0.0f;
    }
  }
}

}  // namespace genet
