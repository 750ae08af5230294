// Rows of activations and of gradients, formed while they are read: sums over the sources, with
// batch normalisation and ReLU applied, forward or backward.
#include "genet/kernels/normalisation.h"
#include "genet/kernels/vectors-inl.h"

#if defined(GENET_KERNELS_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_ROWS_INL_H_
#undef GENET_KERNELS_ROWS_INL_H_
#else
#define GENET_KERNELS_ROWS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

template <bool kFirst>
HWY_INLINE void AddSourceRow(const Source& source, size_t offset, int channel, int width,
                             float* HWY_RESTRICT row, size_t part_stride) {
  const float* HWY_RESTRICT from = source.values + offset;
  if (source.scale == nullptr) {
    for (int x = 0; x < width; ++x) {
      for (size_t part = 0; part < kParts; ++part) {
        PutOrAdd<kFirst>(LoadAt(from + x * kBlock + part * kLanes),
                         row + part * part_stride + x * kLanes);
      }
    }
    return;
  }
  const V scale = Broadcast(source.scale + channel), shift = Broadcast(source.shift + channel);
  for (int x = 0; x < width; ++x) {
    for (size_t part = 0; part < kParts; ++part) {
      const V z = LoadAt(from + x * kBlock + part * kLanes);
      PutOrAdd<kFirst>(hn::Max(hn::MulAdd(z, scale, shift), hn::Zero(D())),
                       row + part * part_stride + x * kLanes);
    }
  }
}

// row[part][x] = sum over the sources of one channel's row that starts at `offset` floats.
HWY_INLINE void SumRow(const SourceSum& input, size_t offset, int channel, int width, float* row,
                       size_t part_stride) {
  AddSourceRow<true>(input.sources[0], offset, channel, width, row, part_stride);
  for (int s = 1; s < input.count; ++s) {
    AddSourceRow<false>(input.sources[s], offset, channel, width, row, part_stride);
  }
}

// One channel's row of inputs, value by value. With kBefore the sum of the sources but the last
// lies in `before` already.
template <bool kBefore, bool kNormalised>
struct InputValues {
  InputValues(const SourceSum& input, size_t offset, int channel, const float* row, size_t stride)
      : last(input.sources[input.count - 1].values + offset), before(row), before_stride(stride) {
    if constexpr (kNormalised) {
      scale = Broadcast(input.sources[input.count - 1].scale + channel);
      shift = Broadcast(input.sources[input.count - 1].shift + channel);
    }
  }
  HWY_INLINE V operator()(int x, size_t part) const {
    V value = LoadAt(last + x * kBlock + part * kLanes);
    if constexpr (kNormalised) value = hn::Max(hn::MulAdd(value, scale, shift), hn::Zero(D()));
    if constexpr (!kBefore) return value;
    return hn::Add(LoadAt(before + part * before_stride + x * kLanes), value);
  }

  const float* last;
  const float* before;
  size_t before_stride;
  V scale, shift;
};

// Likewise one channel's row of dz.
template <bool kBefore>
struct GradientValues {
  GradientValues(const NormalisedGradient& g, size_t offset, int channel, const float* row,
                 size_t stride)
      : last(g.gradients[g.count - 1] + offset),
        z(g.z + offset),
        before(row),
        before_stride(stride),
        scale(Broadcast(g.scale + channel)),
        shift(Broadcast(g.shift + channel)),
        mean(Broadcast(g.mean + channel)),
        mean_g(Broadcast(g.mean_g + channel)),
        slope(Broadcast(g.slope + channel)) {
    const V plain_factor = Broadcast(g.factor + channel);
    for (size_t part = 0; part < kParts; ++part) {
      factor[part] = hn::Mul(plain_factor, LoadAt(g.lanes + part * kLanes));
    }
  }
  HWY_INLINE V operator()(int x, size_t part) const {
    const size_t at = x * kBlock + part * kLanes;
    V sum = LoadAt(last + at);
    if constexpr (kBefore) sum = hn::Add(LoadAt(before + part * before_stride + x * kLanes), sum);
    const V value = LoadAt(z + at);
    const auto active = hn::Gt(hn::MulAdd(value, scale, shift), hn::Zero(D()));
    const V masked = hn::IfThenElseZero(active, sum);
    const V centred = hn::MulAdd(hn::Sub(value, mean), slope, mean_g);
    return hn::Mul(factor[part], hn::Sub(masked, centred));
  }

  const float* last;
  const float* z;
  const float* before;
  size_t before_stride;
  V scale, shift, mean, mean_g, slope;
  V factor[kParts];
};

// use(values) for one channel's row of inputs; `before` is scratch for a row.
template <class Use>
HWY_INLINE void WithInputValues(const SourceSum& input, size_t offset, int channel, int width,
                                float* before, size_t stride, const Use& use) {
  const bool normalised = input.sources[input.count - 1].scale != nullptr;
  if (input.count == 1) {
    if (normalised) {
      use(InputValues<false, true>(input, offset, channel, before, stride));
    } else {
      use(InputValues<false, false>(input, offset, channel, before, stride));
    }
    return;
  }
  SumRow({input.sources, input.count - 1}, offset, channel, width, before, stride);
  if (normalised) {
    use(InputValues<true, true>(input, offset, channel, before, stride));
  } else {
    use(InputValues<true, false>(input, offset, channel, before, stride));
  }
}

// Likewise for one channel's row of dz.
template <class Use>
HWY_INLINE void WithGradientValues(const NormalisedGradient& g, size_t offset, int channel,
                                   int width, float* before, size_t stride, const Use& use) {
  if (g.count == 1) {
    use(GradientValues<false>(g, offset, channel, before, stride));
    return;
  }
  AddSourceRow<true>({g.gradients[0]}, offset, channel, width, before, stride);
  for (int s = 1; s + 1 < g.count; ++s) {
    AddSourceRow<false>({g.gradients[s]}, offset, channel, width, before, stride);
  }
  use(GradientValues<true>(g, offset, channel, before, stride));
}

// row[part][x] = dz of one channel's row.
HWY_INLINE void GradientRow(const NormalisedGradient& g, size_t offset, int channel, int width,
                            float* row, size_t part_stride) {
  WithGradientValues(g, offset, channel, width, row, part_stride, [&](const auto& values) HWY_ATTR {
    for (int x = 0; x < width; ++x) {
      for (size_t part = 0; part < kParts; ++part) {
        hn::Store(values(x, part), D(), row + part * part_stride + x * kLanes);
      }
    }
  });
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
