// Winograd along rows works on bands of rows: as many rows as have kTilesTogether tiles. What is
// fetched for a point then serves a whole band, and the sums of a weight gradient stay in registers
// for as long. Here is how the rows of a band lie at the points of Winograd's transforms.
#include <algorithm>

#include "genet/kernels/convolution.h"
#include "genet/kernels/points-inl.h"
#include "genet/kernels/register_tile-inl.h"

#if defined(GENET_KERNELS_BANDS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_BANDS_INL_H_
#undef GENET_KERNELS_BANDS_INL_H_
#else
#define GENET_KERNELS_BANDS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// Keeps two points from lying a power of two apart: all points of a tile would then share one set
// of the first-level cache.
constexpr size_t kPadding = kBlock;

constexpr int kTilesTogether = 16;
constexpr size_t kPairFloats = kTileColumns * kLanes;

inline int WinogradTiles(int width) { return RoundUp(width, kOutputs) / kOutputs; }

inline int BandRows(const ConvolutionShape& shape) {
  return std::clamp(kTilesTogether / WinogradTiles(shape.width), 1, shape.height);
}

// Some rows of tiles at each point, [part][point][row][pair of tiles][channel][2 tiles]: what a
// register tile of products reads lies together.
struct PointRows {
  PointRows(int channel_count, int width, int row_count)
      : channels(channel_count),
        rows(row_count),
        pairs(RoundUp(WinogradTiles(width), kTileColumns) / kTileColumns),
        pair_stride(RoundUp(channels, kGroup * kTileGroups) * kPairFloats),
        row_stride(pair_stride * pairs),
        point_stride(row_stride * rows + kPadding),
        part_stride(point_stride * kPoints) {}

  size_t floats() const { return part_stride * kParts; }
  float* end() const { return values + floats(); }
  // Clears channels and tiles that only fill up a register tile, where there are any.
  void ZeroPadding(int width) const {
    if (channels % kGroup != 0 || WinogradTiles(width) % kTileColumns != 0) Zero(values, floats());
  }
  void ZeroRow(int row) const {
    for (size_t plane = 0; plane < kParts * kPoints; ++plane) {
      Zero(values + plane * point_stride + row * row_stride, row_stride);
    }
  }
  float* At(size_t part, int channel, int row) const {
    return values + part * part_stride + row * row_stride + channel * kPairFloats;
  }

  int channels, rows, pairs;
  size_t pair_stride, row_stride, point_stride, part_stride;
  float* values = nullptr;
};

// Where the tiles of a row lie, one after the other.
struct TileOffset {
  explicit HWY_INLINE TileOffset(const PointRows& rows) : pair_stride(rows.pair_stride) {}
  HWY_INLINE void Advance() {
    at += step;
    step = pair_stride - step;
  }

  size_t pair_stride, at = 0, step = kLanes;
};

// Rows [y, y + rows) of an image. Patches of these and of a row on each side lie in a ring; those
// of rows outside the image are zero.
struct Band {
  Band(const PointRows& ring, int first, int count, int image_height)
      : y(first), rows(count), height(image_height) {
    for (int r = 0; r < rows + 2; ++r) offsets[r] = Slot(ring, y - 1 + r) * ring.row_stride;
    for (int r = 0; r < rows; ++r) {
      if (r == 0 || offsets[r + 2] - offsets[r - 1] != 3 * ring.row_stride) {
        runs[run_count++] = {{offsets[r], offsets[r + 1], offsets[r + 2]}, r, 0};
      }
      runs[run_count - 1].pairs += ring.pairs;
    }
  }
  static int Slot(const PointRows& ring, int y) { return (y + 1) % ring.rows; }
  // Kernel rows that meet the image at row r of the band.
  int KernelBegin(int r) const { return y + r == 0 ? 1 : 0; }
  int KernelEnd(int r) const { return y + r + 1 == height ? 2 : 3; }

  int y, rows, height;
  size_t offsets[kTilesTogether + 2];  // in the ring, of rows y - 1 to y + rows
  // Rows of the band that follow each other in the ring, as do those on both of their sides.
  struct Run {
    size_t patches[3];  // offsets in the ring, of the first with its neighbours
    int row;            // the first, in the band
    int pairs;          // of all its rows
  } runs[kTilesTogether];
  int run_count = 0;
};

// Brings the ring up to the row below the band. `next` is the first row that the ring has not had
// yet, at the beginning -1. fill(y, channel, slot) puts a row of the image there.
template <class Fill>
HWY_INLINE void AdvanceRing(const PointRows& ring, const Band& band, int& next, const Fill& fill) {
  for (; next <= band.y + band.rows; ++next) {
    const int slot = Band::Slot(ring, next);
    if (next < 0 || next == band.height) {
      ring.ZeroRow(slot);
      continue;
    }
    for (int c = 0; c < ring.channels; ++c) fill(next, c, slot);
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
