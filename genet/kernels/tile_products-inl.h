// On tiles, the products at one point: where nearly all of the time goes.
#include "genet/kernels/tile_panel-inl.h"

#if defined(GENET_KERNELS_TILE_PRODUCTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_TILE_PRODUCTS_INL_H_
#undef GENET_KERNELS_TILE_PRODUCTS_INL_H_
#else
#define GENET_KERNELS_TILE_PRODUCTS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

template <int kGroups>
HWY_INLINE void MultiplyPair(int channels, const float* HWY_RESTRICT weights,
                             const float* HWY_RESTRICT patches, float* HWY_RESTRICT products) {
  const size_t group_stride = size_t(channels) * kGroup;
  RegisterTile t0, t1;
  // Measured to be a tenth faster (docs/lab/engine.md).
#pragma GCC unroll 4
  for (int c = 0; c < channels; ++c) {
    const V first = LoadAt(patches), second = LoadAt(patches + kLanes);
    t0.Step(weights, first, second);
    if (kGroups > 1) t1.Step(weights + group_stride, first, second);
    patches += kPairFloats;
    weights += kGroup;
  }
  t0.Write(products, kPanelFloats);
  if (kGroups > 1) t1.Write(products + kGroup * kPanelFloats, kPanelFloats);
}

inline void Multiply(int in_channels, int out_channels, int point, const float* packed,
                     const float* patches, float* products) {
  const float* weights = packed + size_t(point) * in_channels * out_channels;
  const float* in = patches + point * PointStride(in_channels);
  float* out = products + point * PointStride(out_channels);
  for (size_t pair = 0; pair < kPairs; ++pair) {
    for (int o = 0; o < out_channels; o += kGroup * kTileGroups) {
      MultiplyPair<kTileGroups>(in_channels, weights + size_t(o) * in_channels,
                                in + pair * in_channels * kPairFloats,
                                out + o * kPanelFloats + pair * kPairFloats);
    }
  }
}

// Four gradient channels by two vectors of input channels, summed over a panel's tiles and images.
template <bool kFirst>
HWY_INLINE void SumTile(int out_channels, const float* HWY_RESTRICT gradient,
                        const float* HWY_RESTRICT tiles, float* HWY_RESTRICT sums) {
  RegisterTile tile;
  if (!kFirst) tile.Read(sums, kPairFloats);
  for (size_t pair = 0; pair < kPairs; ++pair) {
    const float* HWY_RESTRICT g = gradient + pair * out_channels * kPairFloats;
    for (size_t i = 0; i < kPairFloats; ++i) {
      tile.Step(g + i, kPairFloats, LoadAt(tiles), LoadAt(tiles + kLanes));
      tiles += kPairFloats;
    }
  }
  tile.Write(sums, kPairFloats);
}

// Sums lie [point][pair of vectors of input channels][out][2 vectors].
inline void Sum(const ConvolutionShape& shape, int point, const float* gradient_patches,
                const float* tiles, bool first, float* sums) {
  const int ins = shape.in_channels, outs = shape.out_channels;
  const float* gradient = gradient_patches + point * PointStride(outs);
  tiles += point * PointStride(ins);
  sums += size_t(point) * ins * outs;
  for (int c = 0; c < ins; c += kPairChannels) {
    for (int o = 0; o < outs; o += kGroup) {
      const float* g = gradient + o * kPairFloats;
      if (first) {
        SumTile<true>(outs, g, tiles, sums);
      } else {
        SumTile<false>(outs, g, tiles, sums);
      }
      sums += kGroup * kPairFloats;
    }
    tiles += kPanelTiles * kBlock * kPairFloats;
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
