// Where the tiles of a panel lie in the image, and where their points lie in memory.
#include <algorithm>

#include "genet/kernels/points-inl.h"
#include "genet/kernels/register_tile-inl.h"
#include "genet/kernels/tile_layout.h"

#if defined(GENET_KERNELS_TILE_PANEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_TILE_PANEL_INL_H_
#undef GENET_KERNELS_TILE_PANEL_INL_H_
#else
#define GENET_KERNELS_TILE_PANEL_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

constexpr size_t kPanelVectors = size_t(kPanelTiles) * kParts;  // one tile's images are kParts
constexpr size_t kPairFloats = size_t(kTileColumns) * kLanes;   // vectors that a product shares
constexpr size_t kPairs = kPanelVectors / kTileColumns;
constexpr int kPairChannels = int(kPairFloats);  // of a pair of vectors whose lanes are channels

static_assert(kOutputs == kTileEdge && kPoints == kPatchEdge);
static_assert(kTileChannels % kPairChannels == 0);

// Where a vector of a panel's patches lies within its point: [pair][channel][2 vectors].
HWY_INLINE size_t PatchOffset(int channels, int channel, size_t vector) {
  return (vector / kTileColumns * channels + channel) * kPairFloats +
         vector % kTileColumns * kLanes;
}

// Tiles of a panel that lie side by side.
struct Run {
  int tile;   // within the panel
  int count;  // tiles
  int y, x;   // of the first tile's first pixel
};

template <class Visit>
HWY_INLINE void ForEachRun(const TilePanel& at, Visit visit) {
  const int across = RoundUp(at.shape.width, kOutputs) / kOutputs;
  const int down = RoundUp(at.shape.height, kOutputs) / kOutputs;
  const int first = at.panel * kPanelTiles, end = std::min(across * down, first + kPanelTiles);
  for (int tile = first; tile < end;) {
    const int count = std::min(end - tile, across - tile % across);
    visit(Run{tile - first, count, tile / across * kOutputs, tile % across * kOutputs});
    tile += count;
  }
}

inline int TilesOfPanel(const TilePanel& at) {
  int tiles = 0;
  ForEachRun(at, [&](const Run& run) HWY_ATTR { tiles += run.count; });
  return tiles;
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
