// What the convolutions' forms of weights have in common: groups of output channels whose weights
// lie side by side, and the weights of the convolution that carries gradients back.
#pragma once

#include <cstddef>
#include <utility>

#include "genet/kernels/convolution.h"

namespace genet::kernels {

inline constexpr int kGroup = 4;  // output channels that a register tile shares its loads among

inline int Groups(int channels) { return (channels + kGroup - 1) / kGroup; }

// Blocks whose weight gradient rows-wise algorithms sum before images are added up: large images
// are worth a sum of their own, which threads can share; small ones are not.
inline int RowChunkBlocks(const ConvolutionShape& shape) {
  const int pixels = shape.out_height() * shape.out_width();
  return pixels >= 1024 ? 1 : pixels >= 256 ? 2 : 4;
}

// Weight [out][in][ky][kx] of the convolution to be packed: `weights` as they are, or as the
// transposed convolution has them, with the ends exchanged and the kernel turned round.
struct WeightView {
  float operator()(int out, int in, int ky, int kx) const {
    const int k = shape.kernel;
    if (transposed) std::swap(out, in), ky = k - 1 - ky, kx = k - 1 - kx;
    return weights[((size_t(out) * shape.in_channels + in) * k + ky) * k + kx];
  }
  ConvolutionShape packed_shape() const { return transposed ? shape.transposed() : shape; }

  const ConvolutionShape& shape;
  const float* weights;
  bool transposed;
};

}  // namespace genet::kernels
