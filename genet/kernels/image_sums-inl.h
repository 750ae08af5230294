// Sums over the 16 images of a block, by the same tree on every target: lanes 8 apart, then 4,
// 2, 1.
#include "genet/kernels/vectors-inl.h"

#if defined(GENET_KERNELS_IMAGE_SUMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_IMAGE_SUMS_INL_H_
#undef GENET_KERNELS_IMAGE_SUMS_INL_H_
#else
#define GENET_KERNELS_IMAGE_SUMS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

constexpr size_t kFolded = 4;  // sums that the first two steps of the tree leave

// The first two steps for one value, whose parts lie `part_stride` floats apart. The four sums that
// are left are put or added to to[4].
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

// Likewise for two values side by side: their sums fill a longer vector where there is one.
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
