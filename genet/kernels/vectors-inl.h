// The vector that all kernels are written on. Included once per SIMD target, as every *-inl.h here.
//
// A vector has kLanes images; a block has kParts of them. Scratch rows are kept one part after the
// other ("[part][column]"), because a convolution works through one part at a time: that halves
// what must stay in the first-level cache where a vector holds only half a block.
#include <hwy/highway.h>

#include <algorithm>

#include "genet/kernels/layout.h"

#if defined(GENET_KERNELS_VECTORS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_VECTORS_INL_H_
#undef GENET_KERNELS_VECTORS_INL_H_
#else
#define GENET_KERNELS_VECTORS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<float, kBlock>;
using V = hn::Vec<D>;
constexpr size_t kLanes = hn::MaxLanes(D());
constexpr size_t kParts = kBlock / kLanes;

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

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
