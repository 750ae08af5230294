// The layout of tiles that all SIMD targets share.
#pragma once

#include "genet/kernels/tiles.h"

namespace genet::kernels {

constexpr int kTileEdge = 4, kPatchEdge = 6;                // pixels
constexpr int kStripColumns = kPanelTiles * kTileEdge + 2;  // of patches side by side
constexpr int kGroupChannels = 16;                          // of input that are transposed together
constexpr size_t kPanelFloats = kPanelTiles * kBlock;       // of one channel and point

// Not a power of two, so that the points of a channel fall into different sets of the cache.
constexpr size_t PointStride(int channels) { return channels * kPanelFloats + 16; }

}  // namespace genet::kernels
