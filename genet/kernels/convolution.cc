#include "genet/kernels/convolution.h"

#include <algorithm>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/convolution.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "genet/kernels/direct-inl.h"
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
    return std::max(WinogradForwardFloats(shape), WinogradBackwardScratch(shape).floats());
  }
  return DirectBackwardScratch(shape).floats();
}

void NormalisationSumsBlock(const NormalisedGradient& g, int channels, int pixels, float* sums) {
  const D d;
  for (int c = 0; c < channels; ++c) {
    const V scale = Broadcast(g.scale + c), shift = Broadcast(g.shift + c);
    const V mean = Broadcast(g.mean + c);
    for (size_t part = 0; part < kParts; ++part) {
      const size_t base = size_t(c) * pixels * kBlock + part * kLanes;
      V sum = hn::Zero(d), product = hn::Zero(d);
      for (int i = 0; i < pixels; ++i) {
        const size_t at = base + i * kBlock;
        V value = LoadAt(g.gradients[0] + at);
        for (int s = 1; s < g.count; ++s) value = hn::Add(value, LoadAt(g.gradients[s] + at));
        const V z = LoadAt(g.z + at);
        const auto active = hn::Gt(hn::MulAdd(z, scale, shift), hn::Zero(d));
        value = hn::IfThenElseZero(active, value);
        sum = hn::Add(sum, value);
        product = hn::MulAdd(value, hn::Sub(z, mean), product);
      }
      hn::Store(sum, d, sums + c * 2 * kBlock + part * kLanes);
      hn::Store(product, d, sums + (c * 2 + 1) * kBlock + part * kLanes);
    }
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genet::kernels {

HWY_EXPORT(ForwardBlock);
HWY_EXPORT(BackwardBlock);
HWY_EXPORT(Reduce);
HWY_EXPORT(ScratchFloats);
HWY_EXPORT(NormalisationSumsBlock);

namespace {

constexpr int kGroupOfOutputs = 4;
constexpr int kPointsOfRow = 6;

int Groups(int channels) { return (channels + kGroupOfOutputs - 1) / kGroupOfOutputs; }

// Calls put(out, in, ky, kx, value) for the weights as they are, or as the transposed convolution
// has them: ends exchanged and the kernel turned round.
template <class Put>
void ForEachWeight(const ConvolutionShape& shape, const float* weights, bool transposed, Put put) {
  const int k = shape.kernel;
  for (int out = 0; out < shape.out_channels; ++out) {
    for (int in = 0; in < shape.in_channels; ++in) {
      for (int ky = 0; ky < k; ++ky) {
        for (int kx = 0; kx < k; ++kx) {
          const float value = *weights++;
          transposed ? put(in, out, k - 1 - ky, k - 1 - kx, value) : put(out, in, ky, kx, value);
        }
      }
    }
  }
}

// Direct: [group of 4 out][ky][in][kx][4].
void PackDirect(const ConvolutionShape& packed_shape, const ConvolutionShape& shape,
                const float* weights, bool transposed, float* packed) {
  const int k = shape.kernel, ins = packed_shape.in_channels;
  ForEachWeight(shape, weights, transposed, [&](int out, int in, int ky, int kx, float value) {
    const size_t group = out / kGroupOfOutputs;
    packed[(((group * k + ky) * ins + in) * k + kx) * kGroupOfOutputs + out % kGroupOfOutputs] =
        value;
  });
}

// Winograd: [point][group of 4 out][ky][in][4], from taps already at [..][ky][0..2].
void PackWinograd(const ConvolutionShape& packed_shape, const ConvolutionShape& shape,
                  const float* weights, bool transposed, float* packed) {
  constexpr double kA = 0.70710678118654752440, kB = 1.41421356237309504880;
  constexpr double kPoint[5] = {0, kA, -kA, kB, -kB};
  constexpr double kNorm[5] = {1, -1.5, -1.5, 6, 6};
  const int ins = packed_shape.in_channels;
  const size_t plane = size_t(Groups(packed_shape.out_channels)) * 3 * ins * kGroupOfOutputs;
  ForEachWeight(shape, weights, transposed, [&](int out, int in, int ky, int kx, float value) {
    float* to = packed + ((size_t(out / kGroupOfOutputs) * 3 + ky) * ins + in) * kGroupOfOutputs +
                out % kGroupOfOutputs;
    for (int point = 0; point < 5; ++point) {
      const double power = kx == 0 ? 1 : kx == 1 ? kPoint[point] : kPoint[point] * kPoint[point];
      to[point * plane] += static_cast<float>(power / kNorm[point]) * value;
    }
    if (kx == 2) to[5 * plane] += value;
  });
}

void Pack(const ConvolutionShape& packed_shape, const ConvolutionShape& shape, const float* weights,
          bool transposed, float* packed) {
  std::fill(packed, packed + PackedWeightFloats(packed_shape), 0.0f);
  (shape.winograd ? PackWinograd : PackDirect)(packed_shape, shape, weights, transposed, packed);
}

}  // namespace

size_t PackedWeightFloats(const ConvolutionShape& shape) {
  const int taps = shape.winograd ? kPointsOfRow * 3 : shape.kernel * shape.kernel;
  return size_t(taps) * shape.in_channels * Groups(shape.out_channels) * kGroupOfOutputs;
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

void NormalisationSums(const NormalisedGradient& gradient, int channels, int pixels, float* sums) {
  HWY_DYNAMIC_DISPATCH(NormalisationSumsBlock)(gradient, channels, pixels, sums);
}

size_t WeightSumFloats(const ConvolutionShape& shape) {
  const int taps = shape.winograd ? kPointsOfRow * 3 : shape.kernel * shape.kernel;
  return size_t(taps) * shape.in_channels * Groups(shape.out_channels) * kGroupOfOutputs * kBlock;
}

void ReduceWeightGradient(const ConvolutionShape& shape, const float* weight_sums,
                          float* gradient) {
  HWY_DYNAMIC_DISPATCH(Reduce)(shape, weight_sums, gradient);
}

}  // namespace genet::kernels
#endif
