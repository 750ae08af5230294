// Dropout masks.
#pragma once

#include <cstddef>

#include "genet/base/random.h"

namespace genet {

// The mask of the images from 16 `block` on, [feature][16]: 0 with probability `rate`, else
// 1 / (1 - rate). Each image draws from its own place of the key's stream.
void FillDropoutMask(RandomKey key, double rate, size_t features, int block, float* mask);

}  // namespace genet
