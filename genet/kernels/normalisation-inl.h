// The sums of gradients that the backward pass of batch normalisation needs (normalisation.h).
#include "genet/kernels/normalisation.h"
#include "genet/kernels/vectors-inl.h"

#if defined(GENET_KERNELS_NORMALISATION_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_NORMALISATION_INL_H_
#undef GENET_KERNELS_NORMALISATION_INL_H_
#else
#define GENET_KERNELS_NORMALISATION_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// Batch-norm sums of one part of a channel, which go on from those in memory and stay in registers
// until they are stored.
struct NormalisationSumsOf {
  HWY_INLINE NormalisationSumsOf(const CompletedGradient& completed, int channel, size_t part)
      : z(completed.gradient.z),
        to(completed.sums + channel * 2 * kBlock + part * kLanes),
        scale(Broadcast(completed.gradient.scale + channel)),
        shift(Broadcast(completed.gradient.shift + channel)),
        mean(Broadcast(completed.gradient.mean + channel)),
        sum(LoadAt(to)),
        product(LoadAt(to + kBlock)) {}
  // The gradient of the activation of z[at].
  HWY_INLINE void Take(V gradient, size_t at) {
    const V value = LoadAt(z + at);
    const auto active = hn::Gt(hn::MulAdd(value, scale, shift), hn::Zero(D()));
    const V g = hn::IfThenElseZero(active, gradient);
    sum = hn::Add(sum, g);
    product = hn::MulAdd(g, hn::Sub(value, mean), product);
  }
  HWY_INLINE void Store() const {
    hn::Store(sum, D(), to);
    hn::Store(product, D(), to + kBlock);
  }

  const float* z;
  float* to;
  V scale, shift, mean, sum, product;
};

// Adds the batch-norm sums of one channel's `pixels` values from `offset` on, in their order, to
// those of the channel. One part at a time, whose sums then stay in registers.
template <bool kSeveral>
HWY_INLINE void AddNormalisationSums(const CompletedGradient& completed, int channel, size_t offset,
                                     int pixels) {
  const NormalisedGradient& g = completed.gradient;
  for (size_t part = 0; part < kParts; ++part) {
    NormalisationSumsOf sums(completed, channel, part);
    const size_t begin = offset + part * kLanes, end = begin + pixels * kBlock;
    for (size_t at = begin; at < end; at += kBlock) {
      V value = LoadAt(g.gradients[0] + at);
      if constexpr (kSeveral) {
        for (int s = 1; s < g.count; ++s) value = hn::Add(value, LoadAt(g.gradients[s] + at));
      }
      sums.Take(value, at);
    }
    sums.Store();
  }
}

HWY_INLINE void AddNormalisationSums(const CompletedGradient& completed, int channel, size_t offset,
                                     int pixels) {
  completed.gradient.count == 1 ? AddNormalisationSums<false>(completed, channel, offset, pixels)
                                : AddNormalisationSums<true>(completed, channel, offset, pixels);
}

HWY_INLINE void StartCompletedSums(const CompletedGradients& completed, int channels) {
  for (int i = 0; i < completed.count; ++i) {
    Zero(completed.list[i].sums, size_t(channels) * 2 * kBlock);
  }
}

// Adds `pixels` values of each channel in [begin, end) from the pixel `first` on; a channel has
// `plane` of them.
HWY_INLINE void AddCompletedSums(const CompletedGradients& completed, int begin, int end, int plane,
                                 int first, int pixels) {
  for (int i = 0; i < completed.count; ++i) {
    for (int c = begin; c < end; ++c) {
      AddNormalisationSums(completed.list[i], c, (size_t(c) * plane + first) * kBlock, pixels);
    }
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
