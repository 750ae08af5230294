#include "genet/kernels/convolution.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/convolution.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "genet/kernels/direct-inl.h"
#include "genet/kernels/points.h"
#include "genet/kernels/winograd-inl.h"

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

void ForwardBlock(const ConvolutionForward& args) {
  if (args.sums != nullptr) Zero(args.sums, size_t(args.shape.out_channels) * 2 * kBlock);
  args.shape.winograd ? WinogradForward(args) : DirectForward(args);
}

void BackwardBlock(const ConvolutionBackward& args) {
  args.shape.winograd ? WinogradBackward(args) : DirectBackward(args);
}

void Reduce(const ConvolutionShape& shape, const float* sums, float* gradient) {
  shape.winograd ? WinogradReduce(shape, sums, gradient) : DirectReduce(shape, sums, gradient);
}

size_t ScratchFloats(const ConvolutionShape& shape) {
  if (shape.winograd) {
    return std::max(WinogradScratch(shape).floats(), WinogradScratch::Backward(shape).floats());
  }
  return DirectBackwardScratch(shape).floats();
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genet::kernels {

HWY_EXPORT(ForwardBlock);
HWY_EXPORT(BackwardBlock);
HWY_EXPORT(Reduce);
HWY_EXPORT(ScratchFloats);

namespace {

constexpr int kChannelsOfGroup = 4;

int Groups(int channels) { return (channels + kChannelsOfGroup - 1) / kChannelsOfGroup; }

// The packed convolution's weight [out][in][ky][kx]: `weights` as they are, or as the transposed
// convolution has them, with the ends exchanged and the kernel turned round.
struct WeightView {
  float operator()(int out, int in, int ky, int kx) const {
    const int k = shape.kernel;
    if (transposed) std::swap(out, in), ky = k - 1 - ky, kx = k - 1 - kx;
    return weights[((size_t(out) * shape.in_channels + in) * k + ky) * k + kx];
  }
  const ConvolutionShape& shape;
  const float* weights;
  bool transposed;
};

// Direct: [group of 4 out][ky][in][kx][4].
void PackDirect(const ConvolutionShape& packed_shape, const WeightView& weight, float* packed) {
  const int k = packed_shape.kernel, outs = packed_shape.out_channels;
  for (int group = 0; group < Groups(outs); ++group) {
    for (int ky = 0; ky < k; ++ky) {
      for (int in = 0; in < packed_shape.in_channels; ++in) {
        for (int kx = 0; kx < k; ++kx) {
          for (int out = group * 4; out < group * 4 + 4; ++out) {
            *packed++ = out < outs ? weight(out, in, ky, kx) : 0;
          }
        }
      }
    }
  }
}

// Winograd: [point][group of 4 out][ky][in][4].
void PackWinograd(const ConvolutionShape& packed_shape, const WeightView& weight, float* packed) {
  const int ins = packed_shape.in_channels, outs = packed_shape.out_channels;
  const size_t plane = size_t(Groups(outs)) * 3 * ins * kChannelsOfGroup;
  for (int group = 0; group < Groups(outs); ++group) {
    for (int ky = 0; ky < 3; ++ky) {
      for (int in = 0; in < ins; ++in) {
        FourWeights taps[3] = {}, points[kPointsOfRow];
        for (int i = 0; i < 4 && group * 4 + i < outs; ++i) {
          for (int kx = 0; kx < 3; ++kx) taps[kx][i] = weight(group * 4 + i, in, ky, kx);
        }
        WeightPoints(taps[0], taps[1], taps[2], points);
        for (int point = 0; point < kPointsOfRow; ++point) {
          std::copy(points[point], points[point] + 4, packed + point * plane);
        }
        packed += kChannelsOfGroup;
      }
    }
  }
}

void Pack(const ConvolutionShape& packed_shape, const ConvolutionShape& shape, const float* weights,
          bool transposed, float* packed) {
  (shape.winograd ? PackWinograd : PackDirect)(packed_shape, {shape, weights, transposed}, packed);
}

}  // namespace

size_t PackedWeightFloats(const ConvolutionShape& shape) {
  const int taps = shape.winograd ? kPointsOfRow * 3 : shape.kernel * shape.kernel;
  return size_t(taps) * shape.in_channels * Groups(shape.out_channels) * kChannelsOfGroup;
}

void PackWeights(const ConvolutionShape& shape, const float* weights, float* packed) {
  Pack(shape, shape, weights, false, packed);
}

void PackTransposedWeights(const ConvolutionShape& shape, const float* weights, float* packed) {
  Pack(shape.transposed(), shape, weights, true, packed);
}

size_t ConvolutionScratchFloats(const ConvolutionShape& shape) {
  return HWY_DYNAMIC_DISPATCH(ScratchFloats)(shape);
}

void Forward(const ConvolutionForward& args) { HWY_DYNAMIC_DISPATCH(ForwardBlock)(args); }

void Backward(const ConvolutionBackward& args) { HWY_DYNAMIC_DISPATCH(BackwardBlock)(args); }

// Groups of register tiles are of the input's channels with Winograd, of the output's without.
size_t WeightSumFloats(const ConvolutionShape& shape) {
  const int ins = shape.in_channels, outs = shape.out_channels;
  return shape.winograd
             ? size_t(kPointsOfRow) * 3 * kFolded * outs * Groups(ins) * kChannelsOfGroup
             : size_t(shape.kernel) * shape.kernel * kBlock * ins * Groups(outs) * kChannelsOfGroup;
}

void ReduceWeightGradient(const ConvolutionShape& shape, const float* weight_sums,
                          float* gradient) {
  HWY_DYNAMIC_DISPATCH(Reduce)(shape, weight_sums, gradient);
}

}  // namespace genet::kernels
#endif
