// The activation that a layer reads, written out. Thread-safe on different outputs.
#pragma once

#include "genet/kernels/layout.h"

namespace genet::kernels {

// to[channel][pixel][16] = the sum of the sources, for `channels` channels of `pixels` values each.
void SumSources(const SourceSum& input, int channels, int pixels, float* to);

}  // namespace genet::kernels
