// Winograd convolution along rows: F(4,3) forward and for input gradients, F(3,4) for weight
// gradients, for 3x3 kernels with padding 1. See points-inl.h for the points.
#include "genet/kernels/points-inl.h"

#if defined(GENET_KERNELS_WINOGRAD_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_WINOGRAD_INL_H_
#undef GENET_KERNELS_WINOGRAD_INL_H_
#else
#define GENET_KERNELS_WINOGRAD_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// Floats between the points, whose distance would be a power of two: then all points of a tile
// would share one set of the first-level cache.
constexpr size_t kPadding = kBlock;

inline int WinogradTiles(int width) { return RoundUp(width, kOutputs) / kOutputs; }

// Rows of transformed columns: [part][point][slot][channel][tile]. Slot `slots` is always zero.
struct WinogradRing {
  WinogradRing(int channels, int width, int rows, float* memory)
      : tiles(WinogradTiles(width)),
        slots(rows),
        channel_stride(RoundUp(tiles, kTileColumns) * kLanes),
        slot_stride(channel_stride * channels),
        point_stride(slot_stride * (slots + 1) + kPadding),
        part_stride(point_stride * kPoints),
        values(memory) {
    if (tiles % kTileColumns != 0) {
      Zero(values, Floats(channels, width, slots));
    } else {
      for (size_t plane = 0; plane < kParts * kPoints; ++plane) {
        Zero(values + plane * point_stride + slots * slot_stride, slot_stride);
      }
    }
  }
  static size_t Floats(int channels, int width, int slots) {
    return (size_t(RoundUp(WinogradTiles(width), kTileColumns)) * kLanes * channels * (slots + 1) +
            kPadding) *
           kPoints * kParts;
  }
  // Offset of row y; rows outside the image are the zero slot.
  size_t Slot(int y, int height) const {
    return (y < 0 || y >= height ? slots : y % slots) * slot_stride;
  }

  float* At(size_t part, int y, int channel) const {
    return values + part * part_stride + y % slots * slot_stride + channel * channel_stride;
  }

  int tiles, slots;
  size_t channel_stride, slot_stride, point_stride, part_stride;
  float* values;
};

// put(tile, d0, ..., d5) for each tile of one part of a row: its columns are d1 to d4, d0 and d5
// those beside it. Columns outside the row are zero.
template <class Values, class Put>
HWY_INLINE void ForEachTile(const Values& values, size_t part, int width, const Put& put) {
  V d0 = hn::Zero(D()), d1 = values(0, part);
  int tile = 0, x = 0;
  for (; x + kOutputs < width; ++tile, x += kOutputs) {
    const V d4 = values(x + 3, part), d5 = values(x + 4, part);
    put(tile, d0, d1, values(x + 1, part), values(x + 2, part), d4, d5);
    d0 = d4;
    d1 = d5;
  }
  const auto inside = [&](int at)
                          HWY_ATTR { return at < width ? values(at, part) : hn::Zero(D()); };
  put(tile, d0, d1, inside(x + 1), inside(x + 2), inside(x + 3), hn::Zero(D()));
}

// A row's patches into row y of the ring.
template <class Values>
HWY_INLINE void TransformInput(const Values& values, int width, const WinogradRing& ring, int y,
                               int channel) {
  for (size_t part = 0; part < kParts; ++part) {
    float* HWY_RESTRICT out = ring.At(part, y, channel);
    ForEachTile(values, part, width, [&](int tile, V d0, V d1, V d2, V d3, V d4, V d5) HWY_ATTR {
      PatchPoints(d0, d1, d2, d3, d4, d5).Store(out + tile * kLanes, ring.point_stride);
    });
  }
}

// m of one point: products[out][tile] of one part, from the kernel rows that meet the image.
// kChannels: known when compiled, or 0.
template <int kGroups, int kChannels>
HWY_INLINE void MultiplyTiles(const WinogradRing& ring, const float* HWY_RESTRICT inputs,
                              const size_t* slots, int begin, int end, int in_channels,
                              const float* HWY_RESTRICT weights, float* HWY_RESTRICT products) {
  const int channels = kChannels > 0 ? kChannels : in_channels;
  const size_t group_stride = size_t(3) * channels * kGroup;
  for (int tile = 0; tile < ring.tiles; tile += kTileColumns) {
    Tile t0, t1;
    for (int ky = begin; ky < end; ++ky) {
      const float* HWY_RESTRICT in = inputs + slots[ky] + tile * kLanes;
      const float* HWY_RESTRICT w = weights + size_t(ky) * channels * kGroup;
      for (int c = 0; c < channels; ++c) {
        const V first = LoadAt(in), second = LoadAt(in + kLanes);
        t0.Step(w, first, second);
        if (kGroups > 1) t1.Step(w + group_stride, first, second);
        in += ring.channel_stride;
        w += kGroup;
      }
    }
    t0.Write(products + tile * kLanes, ring.channel_stride);
    if (kGroups > 1) {
      t1.Write(products + kGroup * ring.channel_stride + tile * kLanes, ring.channel_stride);
    }
  }
}

// One channel's row of outputs, with its sums if wanted.
template <bool kSums>
HWY_INLINE void TransformOutput(const float* HWY_RESTRICT products, size_t plane, int width,
                                float* HWY_RESTRICT out, float* sums) {
  const D d;
  V sum = hn::Zero(d), squares = hn::Zero(d);
  const auto put = [&](V value, float* to) HWY_ATTR {
    hn::Store(value, d, to);
    if (kSums) {
      sum = hn::Add(sum, value);
      squares = hn::MulAdd(value, value, squares);
    }
  };
  int left = width;
  for (; left >= kOutputs; left -= kOutputs) {
    const FourOutputs y(SixPoints::Load(products, plane));
    put(y.y0, out);
    put(y.y1, out + kBlock);
    put(y.y2, out + 2 * kBlock);
    put(y.y3, out + 3 * kBlock);
    products += kLanes;
    out += kOutputs * kBlock;
  }
  if (left > 0) {
    const FourOutputs y(SixPoints::Load(products, plane));
    put(y.y0, out);
    if (left > 1) put(y.y1, out + kBlock);
    if (left > 2) put(y.y2, out + 2 * kBlock);
  }
  if (kSums) {
    hn::Store(hn::Add(LoadAt(sums), sum), d, sums);
    hn::Store(hn::Add(LoadAt(sums + kBlock), squares), d, sums + kBlock);
  }
}

inline size_t ProductPlane(int out_channels, int width) {
  return size_t(RoundUp(out_channels, kGroup * kTileGroups)) *
             RoundUp(WinogradTiles(width), kTileColumns) * kLanes +
         kPadding;
}
// Products of one row, [point][out rounded to the tile][tile] of one part.
inline size_t ProductFloats(int out_channels, int width) {
  return kPoints * ProductPlane(out_channels, width);
}

// One row of outputs from the ring.
template <int kChannels>
HWY_INLINE void WinogradRowOf(const ConvolutionShape& shape, const WinogradRing& ring, int y,
                              const float* packed, float* products, float* output, float* sums,
                              RowPrefetch& next) {
  const int groups = RoundUp(shape.out_channels, kGroup) / kGroup;
  const size_t slots[3] = {ring.Slot(y - 1, shape.height), ring.Slot(y, shape.height),
                           ring.Slot(y + 1, shape.height)};
  const int begin = y == 0 ? 1 : 0, end = y + 1 == shape.height ? 2 : 3;
  const size_t group_stride = size_t(3) * shape.in_channels * kGroup;
  const size_t plane = ProductPlane(shape.out_channels, shape.width);
  for (size_t part = 0; part < kParts; ++part) {
    for (int point = 0; point < kPoints; ++point) {
      const float* inputs = ring.values + part * ring.part_stride + point * ring.point_stride;
      for (int group = 0; group < groups; group += kTileGroups) {
        const float* weights = packed + (size_t(point) * groups + group) * group_stride;
        float* to = products + point * plane + group * kGroup * ring.channel_stride;
        if (kTileGroups > 1 && groups - group > 1) {
          MultiplyTiles<2, kChannels>(ring, inputs, slots, begin, end, shape.in_channels, weights,
                                      to);
        } else {
          MultiplyTiles<1, kChannels>(ring, inputs, slots, begin, end, shape.in_channels, weights,
                                      to);
        }
      }
      next.Portion();
    }
    for (int c = 0; c < shape.out_channels; ++c) {
      const float* from = products + c * ring.channel_stride;
      float* to = output + (size_t(c) * shape.height + y) * shape.width * kBlock + part * kLanes;
      if (sums != nullptr) {
        TransformOutput<true>(from, plane, shape.width, to, sums + c * 2 * kBlock + part * kLanes);
      } else {
        TransformOutput<false>(from, plane, shape.width, to, nullptr);
      }
    }
  }
}

HWY_INLINE void WinogradRow(const ConvolutionShape& shape, const WinogradRing& ring, int y,
                            const float* packed, float* products, float* output, float* sums,
                            RowPrefetch& next) {
  next.Start(kPoints * int(kParts));
  if (shape.in_channels == 8) {
    WinogradRowOf<8>(shape, ring, y, packed, products, output, sums, next);
  } else if (shape.in_channels == 16) {
    WinogradRowOf<16>(shape, ring, y, packed, products, output, sums, next);
  } else {
    WinogradRowOf<0>(shape, ring, y, packed, products, output, sums, next);
  }
}

inline size_t WinogradForwardFloats(const ConvolutionShape& shape) {
  return WinogradRing::Floats(shape.in_channels, shape.width, 3) +
         ProductFloats(shape.out_channels, shape.width) + shape.width * kBlock;
}

inline void WinogradForward(const ConvolutionForward& args) {
  const ConvolutionShape& shape = args.shape;
  const WinogradRing ring(shape.in_channels, shape.width, 3, args.scratch);
  float* products = args.scratch + WinogradRing::Floats(shape.in_channels, shape.width, 3);
  float* row = products + ProductFloats(shape.out_channels, shape.width);
  const size_t plane = size_t(shape.height) * shape.width * kBlock;
  for (int y = 0; y <= shape.height; ++y) {
    if (y < shape.height) {
      for (int c = 0; c < shape.in_channels; ++c) {
        WithInputValues(args.input, (size_t(c) * shape.height + y) * shape.width * kBlock, c,
                        shape.width, row, shape.width * kLanes, [&](const auto& values) HWY_ATTR {
                          TransformInput(values, shape.width, ring, y, c);
                        });
      }
    }
    if (y == 0) continue;
    RowPrefetch next(plane, shape.width);
    if (y + 1 < shape.height) {
      for (int s = 0; s < args.input.count; ++s) {
        next.Add(args.input.sources[s].values + size_t(y + 1) * shape.width * kBlock,
                 shape.in_channels);
      }
    }
    if (y < shape.height) {
      next.Add(args.output + size_t(y) * shape.width * kBlock, shape.out_channels);
    }
    WinogradRow(shape, ring, y - 1, args.packed_weights, products, args.output, args.sums, next);
  }
}

// Output gradients of some rows at each point: [part][point][out][row][tile].
struct WinogradGradients {
  WinogradGradients(int channels, int width, int rows, float* memory)
      : tiles(WinogradTiles(width)),
        row_stride(tiles * kLanes),
        channel_stride(row_stride * rows),
        point_stride(channel_stride * RoundUp(channels, kGroup) + kPadding),
        part_stride(point_stride * kPoints),
        values(memory) {
    if (channels % kGroup != 0) Zero(values, Floats(channels, width, rows));
  }
  static size_t Floats(int channels, int width, int rows) {
    return (size_t(WinogradTiles(width)) * kLanes * rows * RoundUp(channels, kGroup) + kPadding) *
           kPoints * kParts;
  }
  float* At(size_t part, int r, int channel) const {
    return values + part * part_stride + channel * channel_stride + r * row_stride;
  }
  int tiles;
  size_t row_stride, channel_stride, point_stride, part_stride;
  float* values;
};

// A row of dz at each point for the weight gradient, and its patches into row y of the ring if
// there is one.
template <class Values>
HWY_INLINE void TransformGradient(const Values& values, int width,
                                  const WinogradGradients& gradients, int r,
                                  const WinogradRing* ring, int y, int channel) {
  for (size_t part = 0; part < kParts; ++part) {
    float* HWY_RESTRICT out = gradients.At(part, r, channel);
    float* HWY_RESTRICT patches = ring != nullptr ? ring->At(part, y, channel) : nullptr;
    const auto put = [&](int tile, V d1, V d2, V d3, V d4) HWY_ATTR {
      TilePoints(d1, d2, d3, d4).Store(out + tile * kLanes, gradients.point_stride);
    };
    if (ring == nullptr) {
      ForEachTile(values, part, width, [&](int tile, V, V d1, V d2, V d3, V d4, V) HWY_ATTR {
        put(tile, d1, d2, d3, d4);
      });
      continue;
    }
    ForEachTile(values, part, width, [&](int tile, V d0, V d1, V d2, V d3, V d4, V d5) HWY_ATTR {
      put(tile, d1, d2, d3, d4);
      PatchPoints(d0, d1, d2, d3, d4, d5).Store(patches + tile * kLanes, ring->point_stride);
    });
  }
}

// Tiles of a weight gradient that are summed in registers.
constexpr int kTilesTogether = 16;

// Weight sums: [point][in][group of 4 out][kernel row][4][4 sums over images]; put if kFirst, else
// added.
template <bool kFirst>
HWY_INLINE void WinogradWeightGradient(const ConvolutionShape& shape, const WinogradRing& ring,
                                       const WinogradGradients& gradients, int y, int rows,
                                       float* HWY_RESTRICT sums) {
  constexpr size_t kValues = 3 * kGroup;
  const int groups = RoundUp(shape.out_channels, kGroup) / kGroup;
  size_t slots[kTilesTogether + 2];  // of input rows y - 1 to y + rows
  for (int r = 0; r < rows + 2; ++r) slots[r] = ring.Slot(y + r - 1, shape.height);
  HWY_ALIGN float images[kValues * kBlock];  // [part][kernel row][out][lane]
  for (int point = 0; point < kPoints; ++point) {
    for (int c = 0; c < shape.in_channels; ++c) {
      for (int group = 0; group < groups; ++group) {
        for (size_t part = 0; part < kParts; ++part) {
          const float* in = ring.values + part * ring.part_stride + point * ring.point_stride +
                            c * ring.channel_stride;
          const float* out = gradients.values + part * gradients.part_stride +
                             point * gradients.point_stride +
                             group * kGroup * gradients.channel_stride;
          GradientTile<3> tile;
          for (int r = 0; r < rows; ++r) {
            const float* x0 = in + slots[r];
            const float* x1 = in + slots[r + 1];
            const float* x2 = in + slots[r + 2];
            const float* g = out + r * gradients.row_stride;
            for (int t = 0; t < gradients.tiles; ++t) {
              tile.Step(g, gradients.channel_stride, x0, x1, x2);
              g += kLanes, x0 += kLanes, x1 += kLanes, x2 += kLanes;
            }
          }
          tile.Write(images + part * kValues * kLanes);
        }
        for (size_t i = 0; i < kValues; ++i) {
          SumToFour<kFirst>(images + i * kLanes, kValues * kLanes, sums + i * kFolded);
        }
        sums += kValues * kFolded;
      }
    }
  }
}

// Rows whose weight gradient is formed together, so that the accumulators of a narrow image are not
// loaded and stored for two tiles only.
inline int RowsTogether(const ConvolutionShape& shape) {
  return std::max(1, kTilesTogether / WinogradTiles(shape.width));
}

struct WinogradBackwardScratch {
  explicit WinogradBackwardScratch(const ConvolutionShape& shape)
      : rows(RowsTogether(shape)),
        input_ring(WinogradRing::Floats(shape.in_channels, shape.width, rows + 2)),
        output_ring(WinogradRing::Floats(shape.out_channels, shape.width, 3)),
        gradients(WinogradGradients::Floats(shape.out_channels, shape.width, rows)),
        products(ProductFloats(shape.in_channels, shape.width)),
        row(shape.width * kBlock) {}
  int rows;
  size_t input_ring, output_ring, gradients, products, row;
  size_t floats() const { return input_ring + output_ring + gradients + products + row; }
};

inline void WinogradBackward(const ConvolutionBackward& args) {
  const ConvolutionShape& shape = args.shape;
  const ConvolutionShape back = shape.transposed();
  const WinogradBackwardScratch sizes(shape);
  float* memory = args.scratch;
  const auto take = [&](size_t floats) HWY_ATTR { return std::exchange(memory, memory + floats); };
  const WinogradRing input(shape.in_channels, shape.width, sizes.rows + 2, take(sizes.input_ring));
  const WinogradRing output(shape.out_channels, shape.width, 3, take(sizes.output_ring));
  const WinogradGradients gradients(shape.out_channels, shape.width, sizes.rows,
                                    take(sizes.gradients));
  float* products = take(sizes.products);
  float* row = take(sizes.row);
  const size_t row_stride = shape.width * kLanes;
  // While the row before is computed, the next row's gradients and inputs are fetched.
  const auto input_gradient_row = [&](int y) HWY_ATTR {
    RowPrefetch rows(size_t(shape.height) * shape.width * kBlock, shape.width);
    const int from = y + 2, from_input = y + 2 + sizes.rows;
    if (from < shape.height) {
      const size_t offset = size_t(from) * shape.width * kBlock;
      rows.Add(args.output.z + offset, shape.out_channels);
      for (int s = 0; s < args.output.count; ++s) {
        rows.Add(args.output.gradients[s] + offset, shape.out_channels);
      }
    }
    if (from_input < shape.height) {
      const size_t offset = size_t(from_input) * shape.width * kBlock;
      for (int s = 0; s < args.input.count; ++s) {
        rows.Add(args.input.sources[s].values + offset, shape.in_channels);
      }
    }
    if (y + 1 < shape.height) {
      rows.Add(args.input_gradient + size_t(y + 1) * shape.width * kBlock, shape.in_channels);
    }
    WinogradRow(back, output, y, args.packed_transposed_weights, products, args.input_gradient,
                nullptr, rows);
    AddCompletedSums(args.completed, 0, shape.in_channels, shape.height * shape.width,
                     y * shape.width, shape.width);
  };
  StartCompletedSums(args.completed, shape.in_channels);
  int next = 0;
  for (int y0 = 0; y0 < shape.height; y0 += sizes.rows) {
    const int y1 = std::min(shape.height, y0 + sizes.rows);
    for (; next < std::min(shape.height, y1 + 1); ++next) {
      for (int c = 0; c < shape.in_channels; ++c) {
        WithInputValues(args.input, (size_t(c) * shape.height + next) * shape.width * kBlock, c,
                        shape.width, row, row_stride, [&](const auto& values) HWY_ATTR {
                          TransformInput(values, shape.width, input, next, c);
                        });
      }
    }
    for (int y = y0; y < y1; ++y) {
      for (int c = 0; c < shape.out_channels; ++c) {
        WithGradientValues(args.output, (size_t(c) * shape.height + y) * shape.width * kBlock, c,
                           shape.width, row, row_stride, [&](const auto& values) HWY_ATTR {
                             TransformGradient(values, shape.width, gradients, y - y0,
                                               args.input_gradient != nullptr ? &output : nullptr,
                                               y, c);
                           });
      }
      if (args.input_gradient != nullptr && y > 0) input_gradient_row(y - 1);
    }
    (args.first && y0 == 0
         ? WinogradWeightGradient<true>
         : WinogradWeightGradient<false>)(shape, input, gradients, y0, y1 - y0, args.weight_sums);
  }
  if (args.input_gradient != nullptr) input_gradient_row(shape.height - 1);
}

inline void WinogradReduce(const ConvolutionShape& shape, const float* sums, float* gradient) {
  const int groups = RoundUp(shape.out_channels, kGroup) / kGroup;
  const size_t plane = size_t(shape.in_channels) * 3 * groups * kGroup * kFolded;
  for (int c = 0; c < shape.in_channels; ++c) {
    for (int out = 0; out < shape.out_channels; ++out) {
      for (int ky = 0; ky < 3; ++ky) {
        const size_t at =
            (((size_t(c) * groups + out / kGroup) * 3 + ky) * kGroup + out % kGroup) * kFolded;
        float m[kPoints];
        for (int point = 0; point < kPoints; ++point)
          m[point] = SumOfFour(sums + point * plane + at);
        const float sum_a = kInverseNormA * (m[1] + m[2]),
                    difference_a = kInverseNormA * (m[1] - m[2]);
        const float sum_b = kInverseNormB * (m[3] + m[4]),
                    difference_b = kInverseNormB * (m[3] - m[4]);
        float* to = gradient + ((size_t(out) * shape.in_channels + c) * 3 + ky) * 3;
        to[0] = m[0] + (sum_a + sum_b);
        to[1] = kA * difference_a + kB * difference_b;
        to[2] = (0.5f * sum_a + 2.0f * sum_b) + m[5];
      }
    }
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
