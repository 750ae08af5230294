// Rows of activations and gradients, and the register tiles that convolutions are made of: shared
// by both arithmetics. Included once a SIMD target.
//
// A vector has kLanes images; a block has kParts of them. Scratch rows are kept one part after the
// other ("[part][column]"), because a convolution works through one part at a time: that halves
// what must stay in the first-level cache where a vector holds only half a block.
#include <hwy/highway.h>

#include <algorithm>

#include "genet/kernels/layout.h"
#include "genet/kernels/normalisation.h"

#if defined(GENET_KERNELS_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_ROWS_INL_H_
#undef GENET_KERNELS_ROWS_INL_H_
#else
#define GENET_KERNELS_ROWS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, kBlock>;
using V = hn::Vec<D>;
constexpr size_t kLanes = hn::MaxLanes(D());
constexpr size_t kParts = kBlock / kLanes;

// With 32 registers a tile is twice as tall.
#if HWY_TARGET == HWY_AVX3
constexpr int kTileGroups = 2;
#else
constexpr int kTileGroups = 1;
#endif
constexpr int kGroup = 4;        // output channels that a register tile shares its loads among
constexpr int kTileColumns = 2;  // columns (direct) or transformed columns (Winograd) of a tile

constexpr int RoundUp(int value, int multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

HWY_INLINE V LoadAt(const float* p) { return hn::Load(D(), p); }
HWY_INLINE V Broadcast(const float* p) { return hn::Set(D(), *p); }

HWY_INLINE void Zero(float* p, size_t floats) { std::fill(p, p + floats, 0.0f); }

template <bool kFirst>
HWY_INLINE void PutOrAdd(V value, float* to) {
  hn::Store(kFirst ? value : hn::Add(LoadAt(to), value), D(), to);
}

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

// One channel's row of dz, likewise.
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

// The same for a row of dz.
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

// Rows that will be read next, fetched bit by bit while something is computed: each row of a
// channel is a stream of its own, too short for the processor to foresee.
class RowPrefetch {
 public:
  // Rows of a channel lie `plane` floats after those of the channel before.
  explicit RowPrefetch(size_t plane) : plane_(plane) {}

  // `pixels` from the one of channel 0 on, and those of the other channels.
  HWY_INLINE void Add(const float* first, int channels, int pixels) {
    if (count_ == kMost || pixels <= 0) return;
    const int chunks = (pixels + kChunk - 1) / kChunk;
    sources_[count_++] = {first, channels, chunks};
    chunks_ += channels * chunks;
  }
  // Divides what was added into `portions`.
  HWY_INLINE void Start(int portions) {
    portions_ = portions;
    at_ = sources_[0].first;
  }
  HWY_INLINE void Portion() {
    const int most = (chunks_ + portions_ - 1) / portions_;
    --portions_;
    chunks_ -= most;
    for (int i = 0; i < most; ++i) {
      const float* lines = at_ + chunk_ * kChunk * kBlock;
      for (int line = 0; line < kChunk; ++line) __builtin_prefetch(lines + line * kBlock, 0, 2);
      if (++chunk_ < sources_[source_].chunks) continue;
      chunk_ = 0;
      at_ += plane_;
      if (++channel_ < sources_[source_].channels) continue;
      channel_ = 0;
      if (++source_ < count_) at_ = sources_[source_].first;
    }
  }

 private:
  static constexpr int kMost = 8;
  static constexpr int kChunk = 8;  // pixels, each a cache line
  struct Source {
    const float* first;
    int channels, chunks;  // of a channel
  };
  size_t plane_;
  Source sources_[kMost] = {};
  int count_ = 0, chunks_ = 0, portions_ = 1;
  const float* at_ = nullptr;
  int source_ = 0, channel_ = 0, chunk_ = 0;
};

// Four output channels by two columns. Named members, because compilers keep those in registers.
struct Tile {
  V a0, a1, a2, a3;  // first column
  V b0, b1, b2, b3;  // second

  HWY_INLINE Tile() { a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = hn::Zero(D()); }
  HWY_INLINE void Step(const float* HWY_RESTRICT weights, V first, V second) {
    Step(weights, 1, first, second);
  }
  // The same with the weights `stride` floats apart.
  HWY_INLINE void Step(const float* HWY_RESTRICT weights, size_t stride, V first, V second) {
    const V w0 = Broadcast(weights), w1 = Broadcast(weights + stride);
    a0 = hn::MulAdd(w0, first, a0);
    b0 = hn::MulAdd(w0, second, b0);
    a1 = hn::MulAdd(w1, first, a1);
    b1 = hn::MulAdd(w1, second, b1);
    const V w2 = Broadcast(weights + 2 * stride), w3 = Broadcast(weights + 3 * stride);
    a2 = hn::MulAdd(w2, first, a2);
    b2 = hn::MulAdd(w2, second, b2);
    a3 = hn::MulAdd(w3, first, a3);
    b3 = hn::MulAdd(w3, second, b3);
  }
  // Row j of the tile lies at `from` + j * stride.
  HWY_INLINE void Read(const float* from, size_t stride) {
    a0 = LoadAt(from), b0 = LoadAt(from + kLanes);
    a1 = LoadAt(from + stride), b1 = LoadAt(from + stride + kLanes);
    a2 = LoadAt(from + 2 * stride), b2 = LoadAt(from + 2 * stride + kLanes);
    a3 = LoadAt(from + 3 * stride), b3 = LoadAt(from + 3 * stride + kLanes);
  }
  // Row j of the tile goes to `to` + j * stride.
  HWY_INLINE void Write(float* to, size_t stride) const {
    Put(to, a0, b0);
    Put(to + stride, a1, b1);
    Put(to + 2 * stride, a2, b2);
    Put(to + 3 * stride, a3, b3);
  }

 private:
  static HWY_INLINE void Put(float* to, V first, V second) {
    hn::Store(first, D(), to);
    hn::Store(second, D(), to + kLanes);
  }
};

// Four output channels by up to three taps of a weight gradient.
template <int kTaps>
struct GradientTile {
  V a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3;

  HWY_INLINE GradientTile() {
    a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = c0 = c1 = c2 = c3 = hn::Zero(D());
  }
  HWY_INLINE void Read(const float* p) {
    a0 = LoadAt(p), a1 = LoadAt(p + kLanes), a2 = LoadAt(p + 2 * kLanes),
    a3 = LoadAt(p + 3 * kLanes);
    p += 4 * kLanes;
    if (kTaps > 1) {
      b0 = LoadAt(p), b1 = LoadAt(p + kLanes), b2 = LoadAt(p + 2 * kLanes),
      b3 = LoadAt(p + 3 * kLanes);
    }
    p += 4 * kLanes;
    if (kTaps > 2) {
      c0 = LoadAt(p), c1 = LoadAt(p + kLanes), c2 = LoadAt(p + 2 * kLanes),
      c3 = LoadAt(p + 3 * kLanes);
    }
  }
  HWY_INLINE void Write(float* p) const {
    Put(p, a0, a1, a2, a3);
    if (kTaps > 1) Put(p + 4 * kLanes, b0, b1, b2, b3);
    if (kTaps > 2) Put(p + 8 * kLanes, c0, c1, c2, c3);
  }
  // `gradient` holds one vector for each of the four channels, `stride` floats apart.
  HWY_INLINE void Step(const float* HWY_RESTRICT gradient, size_t stride, const float* x0,
                       const float* x1, const float* x2) {
    const V i0 = LoadAt(x0);
    const V i1 = kTaps > 1 ? LoadAt(x1) : i0;
    const V i2 = kTaps > 2 ? LoadAt(x2) : i0;
    Channel(LoadAt(gradient), i0, i1, i2, a0, b0, c0);
    Channel(LoadAt(gradient + stride), i0, i1, i2, a1, b1, c1);
    Channel(LoadAt(gradient + 2 * stride), i0, i1, i2, a2, b2, c2);
    Channel(LoadAt(gradient + 3 * stride), i0, i1, i2, a3, b3, c3);
  }

 private:
  static HWY_INLINE void Put(float* p, V v0, V v1, V v2, V v3) {
    hn::Store(v0, D(), p);
    hn::Store(v1, D(), p + kLanes);
    hn::Store(v2, D(), p + 2 * kLanes);
    hn::Store(v3, D(), p + 3 * kLanes);
  }
  static HWY_INLINE void Channel(V g, V i0, V i1, V i2, V& a, V& b, V& c) {
    a = hn::MulAdd(g, i0, a);
    if (kTaps > 1) b = hn::MulAdd(g, i1, b);
    if (kTaps > 2) c = hn::MulAdd(g, i2, c);
  }
};

// Sums over the 16 images of a value whose parts lie `part_stride` floats apart go by the same tree
// on every target: lanes 8 apart, then 4, 2, 1. This takes the first two steps: four sums are left,
// which are put or added to to[4].
#if HWY_TARGET == HWY_SCALAR
template <bool kFirst>
HWY_INLINE void SumToFour(const float* p, size_t part_stride, float* to) {
  for (size_t i = 0; i < kFolded; ++i) {
    const float* at = p + i * part_stride;
    const float sum = (at[0] + at[8 * part_stride]) + (at[4 * part_stride] + at[12 * part_stride]);
    to[i] = kFirst ? sum : to[i] + sum;
  }
}
#else
// The rest of the tree, down to the lanes of `d`.
template <class Folded, class Vector>
HWY_INLINE hn::Vec<Folded> FoldTo(Folded d, Vector v) {
  const hn::DFromV<Vector> whole;
  if constexpr (hn::MaxLanes(whole) == hn::MaxLanes(d)) {
    return v;
  } else {
    const hn::Half<decltype(whole)> half;
    return FoldTo(d, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
  }
}

// Lanes 8 apart as far as they lie in different parts, then those 4 apart.
HWY_INLINE V SumParts(const float* p, size_t part_stride) {
  V sum = LoadAt(p);
  if (kParts > 2) sum = hn::Add(sum, LoadAt(p + 2 * part_stride));
  if (kParts > 1) {
    V odd = LoadAt(p + part_stride);
    if (kParts > 2) odd = hn::Add(odd, LoadAt(p + 3 * part_stride));
    sum = hn::Add(sum, odd);
  }
  return sum;
}
HWY_INLINE hn::Vec<hn::Full128<float> > SumToFour(const float* p, size_t part_stride) {
  return FoldTo(hn::Full128<float>(), SumParts(p, part_stride));
}

template <bool kFirst>
HWY_INLINE void SumToFour(const float* p, size_t part_stride, float* to) {
  const hn::Full128<float> d;
  const auto four = SumToFour(p, part_stride);
  hn::Store(kFirst ? four : hn::Add(hn::Load(d, to), four), d, to);
}
#endif

// The same for two values side by side, whose sums fill a longer vector where there is one.
template <bool kFirst>
HWY_INLINE void SumTwoToFour(const float* p, size_t part_stride, float* to) {
#if HWY_TARGET != HWY_SCALAR
  if constexpr (kLanes > kFolded) {
    const hn::CappedTag<float, 2 * kFolded> d;
    const auto a = FoldTo(d, SumParts(p, part_stride)),
               b = FoldTo(d, SumParts(p + kLanes, part_stride));
    const auto sums = hn::Add(hn::ConcatLowerLower(d, b, a), hn::ConcatUpperUpper(d, b, a));
    hn::Store(kFirst ? sums : hn::Add(hn::Load(d, to), sums), d, to);
    return;
  }
#endif
  SumToFour<kFirst>(p, part_stride, to);
  SumToFour<kFirst>(p + kLanes, part_stride, to + kFolded);
}

HWY_INLINE float SumOfFour(const float* s) { return (s[0] + s[2]) + (s[1] + s[3]); }

HWY_INLINE float SumImages(const float* p, size_t part_stride) {
  HWY_ALIGN float four[kFolded];
  SumToFour<true>(p, part_stride, four);
  return SumOfFour(four);
}

// to[i] = the sum over the images of value i of p[4][16]. `to` need not be aligned.
HWY_INLINE void SumImagesOfFour(const float* p, float* to) {
#if HWY_TARGET == HWY_SCALAR
  for (size_t i = 0; i < 4; ++i) to[i] = SumImages(p + i * kBlock, kLanes);
#else
  const hn::Full128<float> d;
  const auto a = SumToFour(p, kLanes), b = SumToFour(p + kBlock, kLanes),
             c = SumToFour(p + 2 * kBlock, kLanes), e = SumToFour(p + 3 * kBlock, kLanes);
  const auto ab = hn::Add(hn::ConcatLowerLower(d, b, a), hn::ConcatUpperUpper(d, b, a));
  const auto ce = hn::Add(hn::ConcatLowerLower(d, e, c), hn::ConcatUpperUpper(d, e, c));
  hn::StoreU(hn::Add(hn::ConcatEven(d, ce, ab), hn::ConcatOdd(d, ce, ab)), d, to);
#endif
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
