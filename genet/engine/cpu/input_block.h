// Sixteen images of a batch as a network's input.
#pragma once

#include "genet/engine/engine.h"

namespace genet {

// Values [channel][row][column][16] of the images from 16 `block` on; lanes without an image are 0.
// Outside a moved image is the mean, that is 0.
void FillInputBlock(const Batch& batch, int block, Shape shape, const InputTransform& transform,
                    float* values);

}  // namespace genet
