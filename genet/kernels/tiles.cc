#include "genet/kernels/tiles.h"

#include <algorithm>

#ifndef GENET_KERNELS_TILES_LAYOUT_
#define GENET_KERNELS_TILES_LAYOUT_
// The layout that all targets share.
namespace genet::kernels {

constexpr int kTileEdge = 4, kPatchEdge = 6;                // pixels
constexpr int kStripColumns = kPanelTiles * kTileEdge + 2;  // of patches side by side
constexpr int kGroupChannels = 16;                          // of input that are transposed together
constexpr size_t kPanelFloats = kPanelTiles * kBlock;       // of one channel and point

// Not a power of two, so that the points of a channel fall into different sets of the cache.
constexpr size_t PointStride(int channels) { return channels * kPanelFloats + 16; }

}  // namespace genet::kernels
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/tiles.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "genet/kernels/points-inl.h"
#include "genet/kernels/points.h"

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

constexpr size_t kPanelVectors = size_t(kPanelTiles) * kParts;  // one tile's images are kParts
constexpr size_t kPairFloats = size_t(kTileColumns) * kLanes;   // vectors that a product shares
constexpr size_t kPairs = kPanelVectors / kTileColumns;

static_assert(kOutputs == kTileEdge && kPoints == kPatchEdge);

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

void Patches(const TilePanel& at, const SourceSum& input, int begin, int end, float* patches,
             float* scratch) {
  AllPatches(at, at.shape.in_channels, begin, end, patches, scratch,
             [&](int c, size_t offset, int width, float* row, size_t part_stride)
                 HWY_ATTR { SumRow(input, offset, c, width, row, part_stride); });
}

void GradientPatches(const TilePanel& at, const NormalisedGradient& gradient, int begin, int end,
                     float* patches, float* scratch) {
  AllPatches(at, at.shape.out_channels, begin, end, patches, scratch,
             [&](int c, size_t offset, int width, float* row, size_t part_stride)
                 HWY_ATTR { GradientRow(gradient, offset, c, width, row, part_stride); });
}

// Products lie [point][channel][vector].
void Products(const TilePanel& at, const float* products, int begin, int end, float* output,
              float* sums) {
  const D d;
  const int height = at.shape.height, width = at.shape.width;
  const size_t point_stride = PointStride(at.shape.out_channels);
  HWY_ALIGN float columns[kPoints * kOutputs * kLanes];  // [output row][point along x]
  for (int c = begin; c < end; ++c) {
    ForEachRun(at, [&](const Run& run) HWY_ATTR {
      const int down = std::min(kOutputs, height - run.y);
      for (int tile = 0; tile < run.count; ++tile) {
        const int x = run.x + tile * kOutputs, across = std::min(kOutputs, width - x);
        for (size_t part = 0; part < kParts; ++part) {
          const float* from =
              products + c * kPanelFloats + ((run.tile + tile) * kParts + part) * kLanes;
          for (int point = 0; point < kPoints; ++point) {
            const FourOutputs y(
                SixPoints::Load(from + point * point_stride, kPoints * point_stride));
            float* to = columns + point * kLanes;
            hn::Store(y.y0, d, to);
            hn::Store(y.y1, d, to + kPoints * kLanes);
            hn::Store(y.y2, d, to + 2 * kPoints * kLanes);
            hn::Store(y.y3, d, to + 3 * kPoints * kLanes);
          }
          V sum = hn::Zero(d), squares = hn::Zero(d);
          float* to = output + ((size_t(c) * height + run.y) * width + x) * kBlock + part * kLanes;
          for (int row = 0; row < down; ++row, to += width * kBlock) {
            const FourOutputs y(SixPoints::Load(columns + row * kPoints * kLanes, kLanes));
            const auto put = [&](V value, int column) HWY_ATTR {
              hn::Store(value, d, to + column * kBlock);
              sum = hn::Add(sum, value);
              squares = hn::MulAdd(value, value, squares);
            };
            put(y.y0, 0);
            if (across > 1) put(y.y1, 1);
            if (across > 2) put(y.y2, 2);
            if (across > 3) put(y.y3, 3);
          }
          if (sums != nullptr) {
            float* to_sums = sums + size_t(c) * 2 * kBlock + part * kLanes;
            hn::Store(hn::Add(LoadAt(to_sums), sum), d, to_sums);
            hn::Store(hn::Add(LoadAt(to_sums + kBlock), squares), d, to_sums + kBlock);
          }
        }
      }
    });
  }
}

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
constexpr int kPairChannels = kTileColumns * int(kLanes);
static_assert(kTileChannels % kPairChannels == 0);

void Tiles(const TilePanel& at, const SourceSum& input, int begin, int end, float* tiles,
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

template <int kGroups>
HWY_INLINE void MultiplyPair(int channels, const float* HWY_RESTRICT weights,
                             const float* HWY_RESTRICT patches, float* HWY_RESTRICT products) {
  const size_t group_stride = size_t(channels) * kGroup;
  Tile t0, t1;
  // Measured to be a tenth faster (docs/engine.md).
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

void Multiply(int in_channels, int out_channels, int point, const float* packed,
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
  Tile tile;
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
void Sum(const ConvolutionShape& shape, int point, const float* gradient_patches,
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

void AddGradient(const ConvolutionShape& shape, const float* sums, int begin, int end,
                 float* gradient) {
  const D d;
  const int ins = shape.in_channels, outs = shape.out_channels;
  const size_t point_stride = size_t(ins) * outs;
  HWY_ALIGN float rows[3 * kPoints * kLanes];  // [tap along y][point along x]
  HWY_ALIGN float taps[9 * kLanes];
  for (int o = begin; o < end; ++o) {
    for (int c = 0; c < ins; c += int(kLanes)) {
      const float* from =
          sums + (size_t(c / kPairChannels) * outs + o) * kPairFloats + c % kPairChannels;
      for (int x = 0; x < kPoints; ++x) {
        const ThreeTaps g(SixPoints::Load(from + x * point_stride, kPoints * point_stride));
        hn::Store(g.g0, d, rows + x * kLanes);
        hn::Store(g.g1, d, rows + (kPoints + x) * kLanes);
        hn::Store(g.g2, d, rows + (2 * kPoints + x) * kLanes);
      }
      for (int y = 0; y < 3; ++y) {
        const ThreeTaps g(SixPoints::Load(rows + y * kPoints * kLanes, kLanes));
        // The gradient has the border here, so taps come out turned round.
        float* to = taps + (8 - 3 * y) * kLanes;
        hn::Store(g.g0, d, to);
        hn::Store(g.g1, d, to - kLanes);
        hn::Store(g.g2, d, to - 2 * kLanes);
      }
      float* to = gradient + (size_t(o) * ins + c) * 9;
      for (size_t lane = 0; lane < kLanes; ++lane) {
        for (int tap = 0; tap < 9; ++tap) *to++ += taps[tap * kLanes + lane];
      }
    }
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genet::kernels {

HWY_EXPORT(Patches);
HWY_EXPORT(GradientPatches);
HWY_EXPORT(Products);
HWY_EXPORT(Tiles);
HWY_EXPORT(Multiply);
HWY_EXPORT(Sum);
HWY_EXPORT(AddGradient);

int Panels(const ConvolutionShape& shape) {
  const auto across = [](int pixels) { return (pixels + kTileEdge - 1) / kTileEdge; };
  return (across(shape.height) * across(shape.width) + kPanelTiles - 1) / kPanelTiles;
}

size_t PanelFloats(int channels) { return kTilePoints * PointStride(channels); }

size_t TransformScratchFloats() {
  constexpr size_t kStrip = size_t(kPatchEdge) * kStripColumns * kBlock;
  constexpr size_t kTransposed = size_t(kTileEdge) * kTileEdge * kBlock * kGroupChannels;
  return std::max(kStrip, kTransposed);
}

void TransformPatches(const TilePanel& at, const SourceSum& input, int begin, int end,
                      float* patches, float* scratch) {
  HWY_DYNAMIC_DISPATCH(Patches)(at, input, begin, end, patches, scratch);
}

void TransformGradientPatches(const TilePanel& at, const NormalisedGradient& gradient, int begin,
                              int end, float* patches, float* scratch) {
  HWY_DYNAMIC_DISPATCH(GradientPatches)(at, gradient, begin, end, patches, scratch);
}

void TransformProducts(const TilePanel& at, const float* products, int begin, int end,
                       float* output, float* sums) {
  HWY_DYNAMIC_DISPATCH(Products)(at, products, begin, end, output, sums);
}

void TransformTiles(const TilePanel& at, const SourceSum& input, int begin, int end, float* tiles,
                    float* scratch) {
  HWY_DYNAMIC_DISPATCH(Tiles)(at, input, begin, end, tiles, scratch);
}

size_t PackedTileFloats(const ConvolutionShape& shape) {
  return size_t(kTilePoints) * shape.in_channels * shape.out_channels;
}

void PackTileWeights(const ConvolutionShape& shape, const float* weights, bool transposed,
                     int begin, int end, float* packed) {
  const int ins = transposed ? shape.out_channels : shape.in_channels;
  // Steps in `weights` of one output and one input channel of the packed convolution.
  const size_t in_step = transposed ? size_t(shape.in_channels) * 9 : 9;
  const size_t out_step = transposed ? 9 : size_t(shape.in_channels) * 9;
  const size_t point_stride = PackedTileFloats(shape) / kTilePoints;
  // Points are a power of two apart and share a set of the cache: whole lines are put there.
  constexpr int kTogether = 16;
  static_assert(kTileChannels % kTogether == 0);
  alignas(64) FourWeights some[kTilePoints][kTogether];
  for (int out = begin; out < end; out += 4) {
    for (int in = 0; in < ins; ++in) {
      FourWeights taps[9], rows[3][6];
      for (int i = 0; i < 4; ++i) {
        const float* from = weights + (out + i) * out_step + in * in_step;
        for (int tap = 0; tap < 9; ++tap) taps[tap][i] = from[transposed ? 8 - tap : tap];
      }
      for (int y = 0; y < 3; ++y) {
        WeightPoints(taps[3 * y], taps[3 * y + 1], taps[3 * y + 2], rows[y]);
      }
      for (int x = 0; x < 6; ++x) {
        FourWeights points[6];
        WeightPoints(rows[0][x], rows[1][x], rows[2][x], points);
        for (int y = 0; y < 6; ++y) {
          std::copy(points[y], points[y] + 4, some[y * 6 + x][in % kTogether]);
        }
      }
      if (in % kTogether + 1 < kTogether) continue;
      float* to = packed + size_t(out) * ins + size_t(in + 1 - kTogether) * 4;
      for (int point = 0; point < kTilePoints; ++point, to += point_stride) {
        std::copy_n(some[point][0], kTogether * 4, to);
      }
    }
  }
}

void MultiplyPoint(int in_channels, int out_channels, int point, const float* packed,
                   const float* patches, float* products) {
  HWY_DYNAMIC_DISPATCH(Multiply)(in_channels, out_channels, point, packed, patches, products);
}

size_t TileSumFloats(const ConvolutionShape& shape) { return PackedTileFloats(shape); }

void SumPoint(const ConvolutionShape& shape, int point, const float* gradient_patches,
              const float* tiles, bool first, float* sums) {
  HWY_DYNAMIC_DISPATCH(Sum)(shape, point, gradient_patches, tiles, first, sums);
}

void AddTileGradient(const ConvolutionShape& shape, const float* sums, int begin, int end,
                     float* gradient) {
  HWY_DYNAMIC_DISPATCH(AddGradient)(shape, sums, begin, end, gradient);
}

}  // namespace genet::kernels
#endif
