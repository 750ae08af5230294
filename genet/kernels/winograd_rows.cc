// Winograd along rows as an algorithm: its memory, its form of weights, its SIMD targets.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/winograd_rows.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "genet/kernels/convolution_algorithms.h"
#include "genet/kernels/packing.h"
#include "genet/kernels/points.h"
#include "genet/kernels/winograd_rows-inl.h"

#if HWY_ONCE
namespace genet::kernels {
namespace {

HWY_EXPORT(RowsForward);
HWY_EXPORT(RowsBackward);
HWY_EXPORT(RowsReduce);
HWY_EXPORT(RowsScratchFloats);
HWY_EXPORT(RowsWeightSumFloats);

size_t PackedFloats(const ConvolutionShape& shape) {
  return size_t(kPointsOfRow) * 3 * shape.in_channels * Groups(shape.out_channels) * kGroup;
}

// [point][group of 4 out][ky][in][4].
void Pack(const ConvolutionShape& shape, const float* weights, bool transposed, float* packed,
          ThreadTeam&) {
  const WeightView weight{shape, weights, transposed};
  const ConvolutionShape to = weight.packed_shape();
  const size_t plane = PackedFloats(to) / kPointsOfRow;
  for (int group = 0; group < Groups(to.out_channels); ++group) {
    for (int ky = 0; ky < 3; ++ky) {
      for (int in = 0; in < to.in_channels; ++in) {
        FourWeights taps[3] = {}, points[kPointsOfRow];
        for (int i = 0; i < kGroup && group * kGroup + i < to.out_channels; ++i) {
          for (int kx = 0; kx < 3; ++kx) taps[kx][i] = weight(group * kGroup + i, in, ky, kx);
        }
        WeightPoints(taps[0], taps[1], taps[2], points);
        for (int point = 0; point < kPointsOfRow; ++point) {
          std::copy(points[point], points[point] + kGroup, packed + point * plane);
        }
        packed += kGroup;
      }
    }
  }
}

}  // namespace

constexpr ConvolutionAlgorithm kRowConvolution = {
    .name = "rows",
    .forms_every_product = false,
    .shares_blocks = false,
    .completes_sums = true,
    .serves = [](const ConvolutionShape& shape) { return shape.kernel == 3 && shape.padding == 1; },
    .sizes =
        [](const ConvolutionShape& shape, int /*threads*/) {
          return ConvolutionSizes{.packed = PackedFloats(shape),
                                  .packed_transposed = PackedFloats(shape.transposed()),
                                  .scratch = HWY_DYNAMIC_DISPATCH(RowsScratchFloats)(shape),
                                  .weight_sums = HWY_DYNAMIC_DISPATCH(RowsWeightSumFloats)(shape),
                                  .chunk_blocks = RowChunkBlocks(shape)};
        },
    .pack = Pack,
    .forward =
        [](const ConvolutionForward& args, ThreadTeam&) {
          HWY_DYNAMIC_DISPATCH(RowsForward)
          (args);
        },
    .backward =
        [](const ConvolutionBackward& args, ThreadTeam&) {
          HWY_DYNAMIC_DISPATCH(RowsBackward)
          (args);
        },
    .reduce =
        [](const ConvolutionShape& shape, const float* weight_sums, float* gradient, ThreadTeam&) {
          HWY_DYNAMIC_DISPATCH(RowsReduce)
          (shape, weight_sums, gradient);
        },
};

}  // namespace genet::kernels
#endif
