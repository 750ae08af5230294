// Blocks of a network's input from 8-bit images. Thread-safe on different outputs.
#pragma once

#include <cstdint>

#include "genet/kernels/layout.h"

namespace genet::kernels {

// One block from 16 images, each [channel][pixel] (null: a lane without an image, 0):
// to[channel][pixel][16] = scale[channel] pixel + offset[channel].
void AssembleBlock(const uint8_t* const* images, int channels, int pixels, const float* scale,
                   const float* offset, float* to);

}  // namespace genet::kernels
