// The one-dimensional transforms of Winograd's F(4,3) and F(3,4), as vertical code on vectors.
//
// With points p = 0, +-a, +-b (a^2 = 1/2, b^2 = 2) and infinity, and M(x) the product of (x - p):
//   patches  V = B^T d   six inputs, rows are the coefficients of M(x) / (x - p), the last of M(x)
//   weights  U = G g     three taps at each point, divided by N_p = M'(p) = 1, -3/2, -3/2, 6, 6
//   outputs  y = A^T m   four outputs, y_k = sum over p of p^k m_p (and m_inf in the last)
// The gradient of the weights has the same points and reads the same transformed patches:
//   tiles    D = four values at each point (of the other factor)
//   taps     dg_k = sum over p of p^k / N_p (V D)_p, k = 0, 1, 2.
// These points round two to five times less than 0, +-1, +-2, infinity at the same cost.
#include "genet/kernels/points.h"
#include "genet/kernels/vectors-inl.h"

#if defined(GENET_KERNELS_POINTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_POINTS_INL_H_
#undef GENET_KERNELS_POINTS_INL_H_
#else
#define GENET_KERNELS_POINTS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

constexpr int kPoints = kPointsOfRow;
constexpr int kOutputs = 4;  // of a tile
constexpr float kA = kPointA, kB = kPointB;

struct SixPoints {
  V zero, plus_a, minus_a, plus_b, minus_b, infinity;

  // Puts the six values `stride` floats apart.
  HWY_INLINE void Store(float* HWY_RESTRICT to, size_t stride) const {
    const D d;
    hn::Store(zero, d, to);
    hn::Store(plus_a, d, to + stride);
    hn::Store(minus_a, d, to + 2 * stride);
    hn::Store(plus_b, d, to + 3 * stride);
    hn::Store(minus_b, d, to + 4 * stride);
    hn::Store(infinity, d, to + 5 * stride);
  }
  static HWY_INLINE SixPoints Load(const float* HWY_RESTRICT from, size_t stride) {
    return {LoadAt(from),
            LoadAt(from + stride),
            LoadAt(from + 2 * stride),
            LoadAt(from + 3 * stride),
            LoadAt(from + 4 * stride),
            LoadAt(from + 5 * stride)};
  }
};

// B^T d.
HWY_INLINE SixPoints PatchPoints(V d0, V d1, V d2, V d3, V d4, V d5) {
  const D d;
  const V a = hn::Set(d, kA), b = hn::Set(d, kB), half = hn::Set(d, 0.5f), two = hn::Set(d, 2.0f),
          middle = hn::Set(d, 2.5f);
  const V even_a = hn::NegMulAdd(two, d2, d4), odd_a = hn::NegMulAdd(two, d1, d3);
  const V even_b = hn::NegMulAdd(half, d2, d4), odd_b = hn::NegMulAdd(half, d1, d3);
  return {hn::NegMulAdd(middle, d2, hn::Add(d0, d4)),
          hn::MulAdd(a, odd_a, even_a),
          hn::NegMulAdd(a, odd_a, even_a),
          hn::MulAdd(b, odd_b, even_b),
          hn::NegMulAdd(b, odd_b, even_b),
          hn::NegMulAdd(middle, d3, hn::Add(d1, d5))};
}

// Four values of a tile at each point.
HWY_INLINE SixPoints TilePoints(V g0, V g1, V g2, V g3) {
  const D d;
  const V a = hn::Set(d, kA), b = hn::Set(d, kB), half = hn::Set(d, 0.5f), two = hn::Set(d, 2.0f);
  const V even_a = hn::MulAdd(half, g2, g0), odd_a = hn::MulAdd(half, g3, g1);
  const V even_b = hn::MulAdd(two, g2, g0), odd_b = hn::MulAdd(two, g3, g1);
  return {g0,
          hn::MulAdd(a, odd_a, even_a),
          hn::NegMulAdd(a, odd_a, even_a),
          hn::MulAdd(b, odd_b, even_b),
          hn::NegMulAdd(b, odd_b, even_b),
          g3};
}

// A^T m.
struct FourOutputs {
  V y0, y1, y2, y3;

  explicit HWY_INLINE FourOutputs(const SixPoints& m) {
    const D d;
    const V a = hn::Set(d, kA), b = hn::Set(d, kB), half = hn::Set(d, 0.5f), two = hn::Set(d, 2.0f);
    const V half_a = hn::Set(d, kA / 2), two_b = hn::Set(d, 2 * kB);
    const V sum_a = hn::Add(m.plus_a, m.minus_a), difference_a = hn::Sub(m.plus_a, m.minus_a);
    const V sum_b = hn::Add(m.plus_b, m.minus_b), difference_b = hn::Sub(m.plus_b, m.minus_b);
    y0 = hn::Add(m.zero, hn::Add(sum_a, sum_b));
    y1 = hn::MulAdd(a, difference_a, hn::Mul(b, difference_b));
    y2 = hn::MulAdd(half, sum_a, hn::Mul(two, sum_b));
    y3 = hn::MulAdd(half_a, difference_a, hn::MulAdd(two_b, difference_b, m.infinity));
  }
};

// The three taps of a weight gradient.
struct ThreeTaps {
  V g0, g1, g2;

  explicit HWY_INLINE ThreeTaps(const SixPoints& m) {
    const D d;
    const V at_a = hn::Set(d, kInverseNormA), at_b = hn::Set(d, kInverseNormB);
    const V sum_a = hn::Mul(at_a, hn::Add(m.plus_a, m.minus_a));
    const V difference_a = hn::Mul(at_a, hn::Sub(m.plus_a, m.minus_a));
    const V sum_b = hn::Mul(at_b, hn::Add(m.plus_b, m.minus_b));
    const V difference_b = hn::Mul(at_b, hn::Sub(m.plus_b, m.minus_b));
    g0 = hn::Add(m.zero, hn::Add(sum_a, sum_b));
    g1 = hn::MulAdd(hn::Set(d, kA), difference_a, hn::Mul(hn::Set(d, kB), difference_b));
    g2 = hn::Add(hn::MulAdd(hn::Set(d, 0.5f), sum_a, hn::Mul(hn::Set(d, 2.0f), sum_b)), m.infinity);
  }
};

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
