// Tiles of sums that stay in registers while products are added to them: what convolutions, forward
// and backward, are made of.
#include "genet/kernels/packing.h"
#include "genet/kernels/vectors-inl.h"

#if defined(GENET_KERNELS_REGISTER_TILE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_REGISTER_TILE_INL_H_
#undef GENET_KERNELS_REGISTER_TILE_INL_H_
#else
#define GENET_KERNELS_REGISTER_TILE_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// With 32 registers a convolution keeps two tiles at once.
#if HWY_TARGET == HWY_AVX3
constexpr int kTileGroups = 2;
#else
constexpr int kTileGroups = 1;
#endif
constexpr int kTileColumns = 2;  // columns (direct) or transformed columns (Winograd) of a tile

// Four output channels by two columns. Named members, because compilers keep those in registers.
struct RegisterTile {
  V a0, a1, a2, a3;  // first column
  V b0, b1, b2, b3;  // second

  HWY_INLINE RegisterTile() { a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = hn::Zero(D()); }
  HWY_INLINE void Step(const float* HWY_RESTRICT weights, V first, V second) {
    Step(weights, 1, first, second);
  }
  // Likewise, with the weights `stride` floats apart.
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
struct GradientRegisterTile {
  V a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3;

  HWY_INLINE GradientRegisterTile() {
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

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
