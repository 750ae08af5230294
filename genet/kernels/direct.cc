// The direct convolution as an algorithm: its memory, its form of weights, its SIMD targets.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/direct.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "genet/kernels/convolution_algorithms.h"
#include "genet/kernels/direct-inl.h"
#include "genet/kernels/packing.h"

#if HWY_ONCE
namespace genet::kernels {
namespace {

HWY_EXPORT(DirectForward);
HWY_EXPORT(DirectBackward);
HWY_EXPORT(DirectReduce);
HWY_EXPORT(DirectScratchFloats);

size_t PackedFloats(const ConvolutionShape& shape) {
  return size_t(shape.kernel) * shape.kernel * shape.in_channels * Groups(shape.out_channels) *
         kGroup;
}

// [group of 4 out][ky][in][kx][4].
void Pack(const ConvolutionShape& shape, const float* weights, bool transposed, float* packed,
          ThreadTeam&) {
  const WeightView weight{shape, weights, transposed};
  const ConvolutionShape to = weight.packed_shape();
  for (int group = 0; group < Groups(to.out_channels); ++group) {
    for (int ky = 0; ky < to.kernel; ++ky) {
      for (int in = 0; in < to.in_channels; ++in) {
        for (int kx = 0; kx < to.kernel; ++kx) {
          for (int out = group * kGroup; out < (group + 1) * kGroup; ++out) {
            *packed++ = out < to.out_channels ? weight(out, in, ky, kx) : 0;
          }
        }
      }
    }
  }
}

}  // namespace

constexpr ConvolutionAlgorithm kDirectConvolution = {
    .name = "direct",
    .forms_every_product = true,
    .shares_blocks = false,
    .completes_sums = true,
    .serves = [](const ConvolutionShape& shape) { return shape.kernel % 2 == 1; },
    .sizes =
        [](const ConvolutionShape& shape, int /*threads*/) {
          return ConvolutionSizes{.packed = PackedFloats(shape),
                                  .packed_transposed = PackedFloats(shape.transposed()),
                                  .scratch = HWY_DYNAMIC_DISPATCH(DirectScratchFloats)(shape),
                                  .weight_sums = PackedFloats(shape) * kBlock,
                                  .chunk_blocks = RowChunkBlocks(shape)};
        },
    .pack = Pack,
    .forward =
        [](const ConvolutionForward& args, ThreadTeam&) {
          HWY_DYNAMIC_DISPATCH(DirectForward)
          (args);
        },
    .backward =
        [](const ConvolutionBackward& args, ThreadTeam&) {
          HWY_DYNAMIC_DISPATCH(DirectBackward)
          (args);
        },
    .reduce =
        [](const ConvolutionShape& shape, const float* weight_sums, float* gradient, ThreadTeam&) {
          HWY_DYNAMIC_DISPATCH(DirectReduce)
          (shape, weight_sums, gradient);
        },
};

}  // namespace genet::kernels
#endif
