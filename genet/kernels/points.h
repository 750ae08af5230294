// The points of Winograd convolution (see points-inl.h), and weights at them (G g) for four output
// channels side by side.
#pragma once

namespace genet::kernels {

inline constexpr int kPointsOfRow = 6;
// The points are 0, +-a, +-b and infinity; 1 / N_p at +-a and at +-b.
inline constexpr float kPointA = 0.70710678118654752f, kPointB = 1.41421356237309505f;
inline constexpr float kInverseNormA = -2.0f / 3, kInverseNormB = 1.0f / 6;
using FourWeights = float[4];

inline void WeightPoints(const FourWeights& g0, const FourWeights& g1, const FourWeights& g2,
                         FourWeights* points) {
  for (int i = 0; i < 4; ++i) {
    const float even_a = g0[i] + 0.5f * g2[i], even_b = g0[i] + 2.0f * g2[i];
    points[0][i] = g0[i];
    points[1][i] = kInverseNormA * (even_a + kPointA * g1[i]);
    points[2][i] = kInverseNormA * (even_a - kPointA * g1[i]);
    points[3][i] = kInverseNormB * (even_b + kPointB * g1[i]);
    points[4][i] = kInverseNormB * (even_b - kPointB * g1[i]);
    points[5][i] = g2[i];
  }
}

}  // namespace genet::kernels
