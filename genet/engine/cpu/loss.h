// Softmax cross-entropy of one block of 16 images.
#pragma once

#include <cstdint>
#include <span>

#include "genet/engine/engine.h"

namespace genet {

// logits and gradient: [class][16]; the first labels.size() lanes hold images. The gradient is that
// of the loss summed over the images, times `factor`; other lanes get 0. gradient may be null.
BatchResult SoftmaxCrossEntropy(const float* logits, int classes, std::span<const int32_t> labels,
                                double factor, float* gradient);

}  // namespace genet
