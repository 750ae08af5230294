#include <algorithm>

#include "genet/kernels/points.h"
#include "genet/kernels/tile_layout.h"
#include "genet/kernels/tiles.h"

namespace genet::kernels {

size_t PackedTileFloats(const ConvolutionShape& shape) {
  return size_t(kTilePoints) * shape.in_channels * shape.out_channels;
}

void PackTileWeights(const ConvolutionShape& shape, const float* weights, bool transposed,
                     int begin, int end, float* packed) {
  const int ins = transposed ? shape.out_channels : shape.in_channels;
  // Steps in `weights` of one output and one input channel of the packed convolution.
  const size_t in_step = transposed ? size_t(shape.in_channels) * 9 : 9;
  const size_t out_step = transposed ? 9 : size_t(shape.in_channels) * 9;
  const size_t point_stride = PackedTileFloats(shape) / kTilePoints;
  // Points are a power of two apart and share a set of the cache: whole lines are put there.
  constexpr int kTogether = 16;
  static_assert(kTileChannels % kTogether == 0);
  alignas(64) FourWeights some[kTilePoints][kTogether];
  for (int out = begin; out < end; out += 4) {
    for (int in = 0; in < ins; ++in) {
      FourWeights taps[9], rows[3][6];
      for (int i = 0; i < 4; ++i) {
        const float* from = weights + (out + i) * out_step + in * in_step;
        for (int tap = 0; tap < 9; ++tap) taps[tap][i] = from[transposed ? 8 - tap : tap];
      }
      for (int y = 0; y < 3; ++y) {
        WeightPoints(taps[3 * y], taps[3 * y + 1], taps[3 * y + 2], rows[y]);
      }
      for (int x = 0; x < 6; ++x) {
        FourWeights points[6];
        WeightPoints(rows[0][x], rows[1][x], rows[2][x], points);
        for (int y = 0; y < 6; ++y) {
          std::copy(points[y], points[y] + 4, some[y * 6 + x][in % kTogether]);
        }
      }
      if (in % kTogether + 1 < kTogether) continue;
      float* to = packed + size_t(out) * ins + size_t(in + 1 - kTogether) * 4;
      for (int point = 0; point < kTilePoints; ++point, to += point_stride) {
        std::copy_n(some[point][0], kTogether * 4, to);
      }
    }
  }
}

}  // namespace genet::kernels
