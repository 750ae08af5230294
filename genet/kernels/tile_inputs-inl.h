// On tiles, the 4x4 tiles of a layer's input to their points, for the gradient of the weights. Here
// channels lie in the lanes, so that images are summed one after the other.
#include <algorithm>

#include "genet/kernels/rows-inl.h"
#include "genet/kernels/tile_panel-inl.h"

#if defined(GENET_KERNELS_TILE_INPUTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_TILE_INPUTS_INL_H_
#undef GENET_KERNELS_TILE_INPUTS_INL_H_
#else
#define GENET_KERNELS_TILE_INPUTS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// StoreTransposed: from four channels' images to images of four channels; those of image i go to
// `to` + i * stride.
#if HWY_TARGET == HWY_SCALAR
HWY_INLINE void StoreTransposed(V r0, V r1, V r2, V r3, float* to, size_t) {
  hn::Store(r0, D(), to);
  hn::Store(r1, D(), to + 1);
  hn::Store(r2, D(), to + 2);
  hn::Store(r3, D(), to + 3);
}
#else
HWY_INLINE void StoreBlocks(hn::Vec<hn::Full128<float> > v, float* to, size_t) {
  hn::Store(v, hn::Full128<float>(), to);
}
template <class Vector>
HWY_INLINE void StoreBlocks(Vector v, float* to, size_t stride) {
  const hn::DFromV<Vector> d;
  const hn::Half<decltype(d)> half;
  StoreBlocks(hn::LowerHalf(half, v), to, stride);
  StoreBlocks(hn::UpperHalf(half, v), to + hn::MaxLanes(half) * stride, stride);
}

HWY_INLINE void StoreTransposed(V r0, V r1, V r2, V r3, float* to, size_t stride) {
  const D d;
  const V even_low = hn::InterleaveLower(d, r0, r2), odd_low = hn::InterleaveLower(d, r1, r3);
  const V even_high = hn::InterleaveUpper(d, r0, r2), odd_high = hn::InterleaveUpper(d, r1, r3);
  StoreBlocks(hn::InterleaveLower(d, even_low, odd_low), to, stride);
  StoreBlocks(hn::InterleaveUpper(d, even_low, odd_low), to + stride, stride);
  StoreBlocks(hn::InterleaveLower(d, even_high, odd_high), to + 2 * stride, stride);
  StoreBlocks(hn::InterleaveUpper(d, even_high, odd_high), to + 3 * stride, stride);
}
#endif

// Tiles lie [point][pair of vectors of channels][tile][image][2 vectors].
inline void Tiles(const TilePanel& at, const SourceSum& input, int begin, int end, float* tiles,
                  float* scratch) {
  const int height = at.shape.height, width = at.shape.width;
  const size_t point_stride = PointStride(at.shape.in_channels);
  HWY_ALIGN float row[4 * kOutputs * kBlock];          // [channel][part][column]
  HWY_ALIGN float lines[kPoints * kOutputs * kLanes];  // [point along x][row]
  const int count = TilesOfPanel(at);
  const auto at_point = [&](int c, int tile, size_t image) {
    return tiles +
           ((size_t(c / kPairChannels) * kPanelTiles + tile) * kBlock + image) * kPairFloats +
           c % kPairChannels;
  };
  for (int group = begin; group < end; group += kGroupChannels) {
    ForEachRun(at, [&](const Run& run) HWY_ATTR {
      for (int tile = 0; tile < run.count; ++tile) {
        const int x = run.x + tile * kOutputs, across = std::min(kOutputs, width - x);
        for (int y = 0; y < kOutputs; ++y) {
          for (int c = 0; c < kGroupChannels; c += 4) {
            for (int j = 0; j < 4; ++j) {
              float* to = row + j * kOutputs * kBlock;
              if (run.y + y >= height) {
                Zero(to, kOutputs * kBlock);
                continue;
              }
              const int channel = group + c + j;
              if (across < kOutputs) Zero(to, kOutputs * kBlock);
              SumRow(input, ((size_t(channel) * height + run.y + y) * width + x) * kBlock, channel,
                     across, to, kOutputs * kLanes);
            }
            for (size_t part = 0; part < kParts; ++part) {
              for (int column = 0; column < kOutputs; ++column) {
                const float* from = row + (part * kOutputs + column) * kLanes;
                float* to = scratch +
                            ((y * kOutputs + column) * kBlock + part * kLanes) * kGroupChannels + c;
                StoreTransposed(LoadAt(from), LoadAt(from + kOutputs * kBlock),
                                LoadAt(from + 2 * kOutputs * kBlock),
                                LoadAt(from + 3 * kOutputs * kBlock), to, kGroupChannels);
              }
            }
          }
        }
        constexpr size_t kPixel = kBlock * kGroupChannels;
        for (size_t image = 0; image < kBlock; ++image) {
          for (int c = 0; c < kGroupChannels; c += int(kLanes)) {
            const float* from = scratch + image * kGroupChannels + c;
            for (int y = 0; y < kOutputs; ++y) {
              const float* in = from + y * kOutputs * kPixel;
              TilePoints(LoadAt(in), LoadAt(in + kPixel), LoadAt(in + 2 * kPixel),
                         LoadAt(in + 3 * kPixel))
                  .Store(lines + y * kLanes, kOutputs * kLanes);
            }
            float* to = at_point(group + c, run.tile + tile, image);
            for (int point = 0; point < kPoints; ++point) {
              const float* in = lines + point * kOutputs * kLanes;
              TilePoints(LoadAt(in), LoadAt(in + kLanes), LoadAt(in + 2 * kLanes),
                         LoadAt(in + 3 * kLanes))
                  .Store(to + point * point_stride, kPoints * point_stride);
            }
          }
        }
      }
    });
    for (int tile = count; tile < kPanelTiles; ++tile) {
      for (size_t image = 0; image < kBlock; ++image) {
        for (int c = 0; c < kGroupChannels; c += int(kLanes)) {
          for (int point = 0; point < kTilePoints; ++point) {
            Zero(at_point(group + c, tile, image) + point * point_stride, kLanes);
          }
        }
      }
    }
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
