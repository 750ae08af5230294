// Weights at Winograd's points (G g; see points-inl.h), for four output channels side by side.
#pragma once

namespace genet::kernels {

inline constexpr int kPointsOfRow = 6;
using FourWeights = float[4];

inline void WeightPoints(const FourWeights& g0, const FourWeights& g1, const FourWeights& g2,
                         FourWeights* points) {
  constexpr float kA = 0.70710678118654752f, kB = 1.41421356237309505f;
  constexpr float kAtA = -2.0f / 3, kAtB = 1.0f / 6;  // 1 / N_p
  for (int i = 0; i < 4; ++i) {
    const float even_a = g0[i] + 0.5f * g2[i], even_b = g0[i] + 2.0f * g2[i];
    points[0][i] = g0[i];
    points[1][i] = kAtA * (even_a + kA * g1[i]);
    points[2][i] = kAtA * (even_a - kA * g1[i]);
    points[3][i] = kAtB * (even_b + kB * g1[i]);
    points[4][i] = kAtB * (even_b - kB * g1[i]);
    points[5][i] = g2[i];
  }
}

}  // namespace genet::kernels
