// Dropout masks, the same for every engine.
#pragma once

#include <cstddef>

#include "genet/base/random.h"

namespace genet {

// Factors of one image's features: 0 with probability `rate`, else 1 / (1 - rate); feature f's goes
// to mask[f * stride]. `key` is StepOptions::dropout, derived by the layer's place among the
// dropout layers; each image of the batch draws from its own place of its stream.
void DrawDropoutMask(RandomKey key, double rate, size_t features, size_t image, size_t stride,
                     float* mask);

}  // namespace genet
