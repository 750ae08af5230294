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

inline int WinogradTiles(int width) { return RoundUp(width, kOutputs) / kOutputs; }

// A plain row of one channel, [part][column] from column -1, with a zero border.
struct PlainRow {
  PlainRow(int width, float* memory) : columns(Columns(width)), values(memory) {
    Zero(values, columns * kBlock);
  }
  static size_t Columns(int width) { return WinogradTiles(width) * kOutputs + 2; }
  size_t part_stride() const { return columns * kLanes; }
  float* first() const { return values + kLanes; }  // column 0

  size_t columns;
  float* values;
};

// Rows of transformed columns: [part][point][slot][channel][tile]. Slot `slots` is always zero.
struct WinogradRing {
  WinogradRing(int channels, int width, int rows, float* memory)
      : tiles(WinogradTiles(width)),
        slots(rows),
        channel_stride(RoundUp(tiles, kTileColumns) * kLanes),
        slot_stride(channel_stride * channels),
        point_stride(slot_stride * (slots + 1)),
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
    return size_t(RoundUp(WinogradTiles(width), kTileColumns)) * kBlock * channels * (slots + 1) *
           kPoints;
  }
  // Offset of row y; rows outside the image are the zero slot.
  size_t Slot(int y, int height) const {
    return (y < 0 || y >= height ? slots : y % slots) * slot_stride;
  }

  int tiles, slots;
  size_t channel_stride, slot_stride, point_stride, part_stride;
  float* values;
};

// The row's patches into row y of the ring.
HWY_INLINE void TransformInput(const PlainRow& row, const WinogradRing& ring, int y, int channel) {
  for (size_t part = 0; part < kParts; ++part) {
    const float* HWY_RESTRICT in = row.values + part * row.part_stride();
    float* HWY_RESTRICT out = ring.values + part * ring.part_stride +
                              y % ring.slots * ring.slot_stride + channel * ring.channel_stride;
    V d0 = LoadAt(in), d1 = LoadAt(in + kLanes);
    for (int tile = 0; tile < ring.tiles; ++tile) {
      const V d4 = LoadAt(in + 4 * kLanes), d5 = LoadAt(in + 5 * kLanes);
      PatchPoints(d0, d1, LoadAt(in + 2 * kLanes), LoadAt(in + 3 * kLanes), d4, d5)
          .Store(out, ring.point_stride);
      d0 = d4;
      d1 = d5;
      in += kOutputs * kLanes;
      out += kLanes;
    }
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
  for (int x = 0; x < width; x += kOutputs) {
    const FourOutputs y(SixPoints::Load(products, plane));
    const int count = std::min(kOutputs, width - x);
    put(y.y0, out);
    if (count > 1) put(y.y1, out + kBlock);
    if (count > 2) put(y.y2, out + 2 * kBlock);
    if (count > 3) put(y.y3, out + 3 * kBlock);
    products += kLanes;
    out += kOutputs * kBlock;
  }
  if (kSums) {
    hn::Store(hn::Add(LoadAt(sums), sum), d, sums);
    hn::Store(hn::Add(LoadAt(sums + kBlock), squares), d, sums + kBlock);
  }
}

// Products of one row, [point][out rounded to the tile][tile] of one part.
inline size_t ProductFloats(int out_channels, int width) {
  return size_t(kPoints) * RoundUp(out_channels, kGroup * kTileGroups) *
         RoundUp(WinogradTiles(width), kTileColumns) * kLanes;
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
  const size_t plane =
      size_t(RoundUp(shape.out_channels, kGroup * kTileGroups)) * ring.channel_stride;
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
  } else {
    WinogradRowOf<0>(shape, ring, y, packed, products, output, sums, next);
  }
}

inline size_t WinogradForwardFloats(const ConvolutionShape& shape) {
  return WinogradRing::Floats(shape.in_channels, shape.width, 3) +
         ProductFloats(shape.out_channels, shape.width) + PlainRow::Columns(shape.width) * kBlock;
}

inline void WinogradForward(const ConvolutionForward& args) {
  const ConvolutionShape& shape = args.shape;
  const WinogradRing ring(shape.in_channels, shape.width, 3, args.scratch);
  float* products = args.scratch + WinogradRing::Floats(shape.in_channels, shape.width, 3);
  const PlainRow row(shape.width, products + ProductFloats(shape.out_channels, shape.width));
  const size_t plane = size_t(shape.height) * shape.width * kBlock;
  for (int y = 0; y <= shape.height; ++y) {
    if (y < shape.height) {
      for (int c = 0; c < shape.in_channels; ++c) {
        SumRow(args.input, (size_t(c) * shape.height + y) * shape.width * kBlock, c, shape.width,
               row.first(), row.part_stride());
        TransformInput(row, ring, y, c);
      }
    }
    if (y == 0) continue;
    RowPrefetch next(shape.in_channels, plane, shape.width);
    if (y + 1 < shape.height) {
      for (int s = 0; s < args.input.count; ++s) {
        next.Add(args.input.sources[s].values + size_t(y + 1) * shape.width * kBlock);
      }
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
        point_stride(channel_stride * RoundUp(channels, kGroup)),
        part_stride(point_stride * kPoints),
        values(memory) {
    if (channels % kGroup != 0) Zero(values, Floats(channels, width, rows));
  }
  static size_t Floats(int channels, int width, int rows) {
    return size_t(WinogradTiles(width)) * kBlock * rows * RoundUp(channels, kGroup) * kPoints;
  }
  int tiles;
  size_t row_stride, channel_stride, point_stride, part_stride;
  float* values;
};

HWY_INLINE void TransformGradient(const PlainRow& row, const WinogradGradients& gradients, int r,
                                  int channel) {
  for (size_t part = 0; part < kParts; ++part) {
    const float* HWY_RESTRICT in = row.first() + part * row.part_stride();
    float* HWY_RESTRICT out = gradients.values + part * gradients.part_stride +
                              channel * gradients.channel_stride + r * gradients.row_stride;
    for (int tile = 0; tile < gradients.tiles; ++tile) {
      TilePoints(LoadAt(in), LoadAt(in + kLanes), LoadAt(in + 2 * kLanes), LoadAt(in + 3 * kLanes))
          .Store(out, gradients.point_stride);
      in += kOutputs * kLanes;
      out += kLanes;
    }
  }
}

// Tiles of a weight gradient that are summed in registers.
constexpr int kTilesTogether = 16;

// Weight sums: [part][point][in][group of 4 out][kernel row][4]; from zero if `first`.
HWY_INLINE void WinogradWeightGradient(const ConvolutionShape& shape, const WinogradRing& ring,
                                       const WinogradGradients& gradients, int y, int rows,
                                       bool first, float* HWY_RESTRICT sums) {
  const int groups = RoundUp(shape.out_channels, kGroup) / kGroup;
  size_t slots[kTilesTogether + 2];  // of input rows y - 1 to y + rows
  for (int r = 0; r < rows + 2; ++r) slots[r] = ring.Slot(y + r - 1, shape.height);
  for (size_t part = 0; part < kParts; ++part) {
    for (int point = 0; point < kPoints; ++point) {
      const float* inputs = ring.values + part * ring.part_stride + point * ring.point_stride;
      const float* outputs =
          gradients.values + part * gradients.part_stride + point * gradients.point_stride;
      for (int c = 0; c < shape.in_channels; ++c) {
        for (int group = 0; group < groups; ++group) {
          GradientTile<3> tile;
          if (!first) tile.Read(sums);
          for (int r = 0; r < rows; ++r) {
            const float* in = inputs + c * ring.channel_stride;
            const float* x0 = in + slots[r];
            const float* x1 = in + slots[r + 1];
            const float* x2 = in + slots[r + 2];
            const float* g =
                outputs + group * kGroup * gradients.channel_stride + r * gradients.row_stride;
            for (int t = 0; t < gradients.tiles; ++t) {
              tile.Step(g, gradients.channel_stride, x0, x1, x2);
              g += kLanes, x0 += kLanes, x1 += kLanes, x2 += kLanes;
            }
          }
          tile.Write(sums);
          sums += 3 * kGroup * kLanes;
        }
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
        plain(PlainRow::Columns(shape.width) * kBlock) {}
  int rows;
  size_t input_ring, output_ring, gradients, products, plain;
  size_t floats() const { return input_ring + output_ring + gradients + products + 2 * plain; }
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
  const PlainRow input_row(shape.width, take(sizes.plain));
  const PlainRow gradient_row(shape.width, take(sizes.plain));
  // While the row before is computed, the next row's gradients and inputs are fetched.
  const auto input_gradient_row = [&](int y) HWY_ATTR {
    RowPrefetch rows(shape.out_channels, size_t(shape.height) * shape.width * kBlock, shape.width);
    const int from = y + 2, from_input = y + 2 + sizes.rows;
    if (from < shape.height) {
      const size_t offset = size_t(from) * shape.width * kBlock;
      rows.Add(args.output.z + offset);
      for (int s = 0; s < args.output.count; ++s) rows.Add(args.output.gradients[s] + offset);
    }
    if (from_input < shape.height && shape.in_channels == shape.out_channels) {
      const size_t offset = size_t(from_input) * shape.width * kBlock;
      for (int s = 0; s < args.input.count; ++s) rows.Add(args.input.sources[s].values + offset);
    }
    WinogradRow(back, output, y, args.packed_transposed_weights, products, args.input_gradient,
                nullptr, rows);
  };
  int next = 0;
  for (int y0 = 0; y0 < shape.height; y0 += sizes.rows) {
    const int y1 = std::min(shape.height, y0 + sizes.rows);
    for (; next < std::min(shape.height, y1 + 1); ++next) {
      for (int c = 0; c < shape.in_channels; ++c) {
        SumRow(args.input, (size_t(c) * shape.height + next) * shape.width * kBlock, c, shape.width,
               input_row.first(), input_row.part_stride());
        TransformInput(input_row, input, next, c);
      }
    }
    for (int y = y0; y < y1; ++y) {
      for (int c = 0; c < shape.out_channels; ++c) {
        GradientRow(args.output, (size_t(c) * shape.height + y) * shape.width * kBlock, c,
                    shape.width, gradient_row.first(), gradient_row.part_stride());
        TransformGradient(gradient_row, gradients, y - y0, c);
        if (args.input_gradient != nullptr) TransformInput(gradient_row, output, y, c);
      }
      if (args.input_gradient != nullptr && y > 0) input_gradient_row(y - 1);
    }
    WinogradWeightGradient(shape, input, gradients, y0, y1 - y0, args.first && y0 == 0,
                           args.weight_sums);
  }
  if (args.input_gradient != nullptr) input_gradient_row(shape.height - 1);
}

inline size_t WinogradSumFloats(const ConvolutionShape& shape) {
  return size_t(kPoints) * shape.in_channels * 3 * RoundUp(shape.out_channels, kGroup) * kBlock;
}

inline void WinogradReduce(const ConvolutionShape& shape, const float* sums, float* gradient) {
  const int groups = RoundUp(shape.out_channels, kGroup) / kGroup;
  const size_t part_stride = WinogradSumFloats(shape) / kParts;
  const size_t plane = part_stride / kPoints;
  for (int c = 0; c < shape.in_channels; ++c) {
    for (int out = 0; out < shape.out_channels; ++out) {
      for (int ky = 0; ky < 3; ++ky) {
        const size_t at =
            (((size_t(c) * groups + out / kGroup) * 3 + ky) * kGroup + out % kGroup) * kLanes;
        float m[kPoints];
        for (int point = 0; point < kPoints; ++point) {
          m[point] = SumImages(sums + point * plane + at, part_stride);
        }
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
