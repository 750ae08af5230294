// On tiles, patches of 6x6 pixels to their points: of a layer's input, forward, and of the gradient
// of its output, backward.
#include <algorithm>

#include "genet/kernels/rows-inl.h"
#include "genet/kernels/tile_panel-inl.h"

#if defined(GENET_KERNELS_TILE_PATCHES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_TILE_PATCHES_INL_H_
#undef GENET_KERNELS_TILE_PATCHES_INL_H_
#else
#define GENET_KERNELS_TILE_PATCHES_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// Both dimensions of B^T: one tile of the strip to the points of one channel.
HWY_INLINE void TransformPatch(const float* HWY_RESTRICT strip, float* HWY_RESTRICT patches,
                               size_t point_stride) {
  HWY_ALIGN float rows[kPoints * kPatchEdge * kLanes];  // [point][row]
  for (int y = 0; y < kPatchEdge; ++y) {
    const float* in = strip + y * kStripColumns * kLanes;
    PatchPoints(LoadAt(in), LoadAt(in + kLanes), LoadAt(in + 2 * kLanes), LoadAt(in + 3 * kLanes),
                LoadAt(in + 4 * kLanes), LoadAt(in + 5 * kLanes))
        .Store(rows + y * kLanes, kPatchEdge * kLanes);
  }
  for (int point = 0; point < kPoints; ++point) {
    const float* in = rows + point * kPatchEdge * kLanes;
    PatchPoints(LoadAt(in), LoadAt(in + kLanes), LoadAt(in + 2 * kLanes), LoadAt(in + 3 * kLanes),
                LoadAt(in + 4 * kLanes), LoadAt(in + 5 * kLanes))
        .Store(patches + point * point_stride, kPoints * point_stride);
  }
}

// `fill(channel, offset, width, row, part_stride)` puts `width` pixels from `offset` to a row.
template <class Fill>
HWY_INLINE void AllPatches(const TilePanel& at, int channels, int begin, int end,
                           float* HWY_RESTRICT patches, float* HWY_RESTRICT strip, Fill fill) {
  const int height = at.shape.height, width = at.shape.width;
  const size_t part_stride = size_t(kPatchEdge) * kStripColumns * kLanes;
  const size_t point_stride = PointStride(channels);
  const int tiles = TilesOfPanel(at);
  for (int c = begin; c < end; ++c) {
    ForEachRun(at, [&](const Run& run) HWY_ATTR {
      const int columns = run.count * kOutputs + 2;
      const int left = run.x == 0 ? 1 : 0;  // columns outside the image
      const int inside = std::min(width, run.x - 1 + columns) - (run.x - 1 + left);
      for (int y = 0; y < kPatchEdge; ++y) {
        const int from = run.y + y - 1;
        float* row = strip + y * kStripColumns * kLanes;
        const bool outside = from < 0 || from >= height;
        for (size_t part = 0; part < kParts; ++part) {
          float* to = row + part * part_stride;
          if (outside || left > 0) Zero(to, (outside ? columns : left) * kLanes);
          if (!outside) Zero(to + (left + inside) * kLanes, (columns - left - inside) * kLanes);
        }
        if (outside) continue;
        fill(c, ((size_t(c) * height + from) * width + run.x - 1 + left) * kBlock, inside,
             row + left * kLanes, part_stride);
      }
      for (int tile = 0; tile < run.count; ++tile) {
        for (size_t part = 0; part < kParts; ++part) {
          const size_t vector = (run.tile + tile) * kParts + part;
          TransformPatch(strip + part * part_stride + tile * kOutputs * kLanes,
                         patches + PatchOffset(channels, c, vector), point_stride);
        }
      }
    });
    for (size_t vector = tiles * kParts; vector < kPanelVectors; ++vector) {
      for (int point = 0; point < kTilePoints; ++point) {
        Zero(patches + point * point_stride + PatchOffset(channels, c, vector), kLanes);
      }
    }
  }
}

inline void Patches(const TilePanel& at, const SourceSum& input, int begin, int end, float* patches,
                    float* scratch) {
  AllPatches(at, at.shape.in_channels, begin, end, patches, scratch,
             [&](int c, size_t offset, int width, float* row, size_t part_stride)
                 HWY_ATTR { SumRow(input, offset, c, width, row, part_stride); });
}

inline void GradientPatches(const TilePanel& at, const NormalisedGradient& gradient, int begin,
                            int end, float* patches, float* scratch) {
  AllPatches(at, at.shape.out_channels, begin, end, patches, scratch,
             [&](int c, size_t offset, int width, float* row, size_t part_stride)
                 HWY_ATTR { GradientRow(gradient, offset, c, width, row, part_stride); });
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
