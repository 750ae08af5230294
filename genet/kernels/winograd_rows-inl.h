// Winograd convolution along rows: F(4,3) forward and for input gradients, F(3,4) for weight
// gradients, for 3x3 kernels with padding 1. See points-inl.h for the points.
#include <algorithm>

#include "genet/kernels/bands-inl.h"
#include "genet/kernels/convolution.h"
#include "genet/kernels/image_sums-inl.h"
#include "genet/kernels/normalisation-inl.h"
#include "genet/kernels/prefetch-inl.h"
#include "genet/kernels/rows-inl.h"

#if defined(GENET_KERNELS_WINOGRAD_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_WINOGRAD_ROWS_INL_H_
#undef GENET_KERNELS_WINOGRAD_ROWS_INL_H_
#else
#define GENET_KERNELS_WINOGRAD_ROWS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// put(offset in `rows`, d0, ..., d5) for each tile of one part of a row: its columns are d1 to d4,
// d0 and d5 those beside it. Columns outside the row are zero.
template <class Values, class Put>
HWY_INLINE void ForEachTile(const Values& values, size_t part, int width, const PointRows& rows,
                            const Put& put) {
  V d0 = hn::Zero(D()), d1 = values(0, part);
  TileOffset tile(rows);
  int x = 0;
  for (; x + kOutputs < width; tile.Advance(), x += kOutputs) {
    const V d4 = values(x + 3, part), d5 = values(x + 4, part);
    put(tile.at, d0, d1, values(x + 1, part), values(x + 2, part), d4, d5);
    d0 = d4;
    d1 = d5;
  }
  const auto inside = [&](int at)
                          HWY_ATTR { return at < width ? values(at, part) : hn::Zero(D()); };
  put(tile.at, d0, d1, inside(x + 1), inside(x + 2), inside(x + 3), hn::Zero(D()));
}

// A channel's row of values to patches, or tiles, at the points.
template <class Values>
HWY_INLINE void TransformPatches(const Values& values, int width, const PointRows& patches,
                                 int channel, int row) {
  for (size_t part = 0; part < kParts; ++part) {
    float* HWY_RESTRICT out = patches.At(part, channel, row);
    ForEachTile(values, part, width, patches,
                [&](size_t tile, V d0, V d1, V d2, V d3, V d4, V d5) HWY_ATTR {
                  PatchPoints(d0, d1, d2, d3, d4, d5).Store(out + tile, patches.point_stride);
                });
  }
}
template <class Values>
HWY_INLINE void TransformTiles(const Values& values, int width, const PointRows& tiles, int channel,
                               int row) {
  for (size_t part = 0; part < kParts; ++part) {
    float* HWY_RESTRICT out = tiles.At(part, channel, row);
    ForEachTile(values, part, width, tiles,
                [&](size_t tile, V, V d1, V d2, V d3, V d4, V)
                    HWY_ATTR { TilePoints(d1, d2, d3, d4).Store(out + tile, tiles.point_stride); });
  }
}

// A register tile of products of one point, from the kernel rows that meet the image.
// kChannels: known when compiled, or 0.
template <int kGroups, int kChannels>
HWY_INLINE void MultiplyPair(const float* HWY_RESTRICT inputs, const size_t* offsets, int begin,
                             int end, int in_channels, const float* HWY_RESTRICT weights,
                             float* HWY_RESTRICT outputs) {
  const int channels = kChannels > 0 ? kChannels : in_channels;
  const size_t group_stride = size_t(3) * channels * kGroup;
  RegisterTile t0, t1;
  for (int ky = begin; ky < end; ++ky) {
    const float* HWY_RESTRICT in = inputs + offsets[ky];
    const float* HWY_RESTRICT w = weights + size_t(ky) * channels * kGroup;
    for (int c = 0; c < channels; ++c) {
      const V first = LoadAt(in), second = LoadAt(in + kLanes);
      t0.Step(w, first, second);
      if (kGroups > 1) t1.Step(w + group_stride, first, second);
      in += kPairFloats;
      w += kGroup;
    }
  }
  t0.Write(outputs, kPairFloats);
  if (kGroups > 1) t1.Write(outputs + kGroup * kPairFloats, kPairFloats);
}

// All products of one point of the band. Meanwhile what comes next is fetched, portion by portion.
template <int kChannels>
HWY_INLINE void MultiplyBandOf(const PointRows& patches, const Band& band, int point,
                               const float* packed, const PointRows& products,
                               RowPrefetch& prefetch) {
  const int groups = RoundUp(products.channels, kGroup) / kGroup, channels = patches.channels;
  const size_t group_stride = size_t(3) * channels * kGroup;
  packed += point * groups * group_stride;
  for (size_t part = 0; part < kParts; ++part) {
    for (int r = 0; r < band.rows; ++r) {
      const size_t* offsets = band.offsets + r;
      const int begin = band.KernelBegin(r), end = band.KernelEnd(r);
      const float* inputs = patches.At(part, 0, 0) + point * patches.point_stride;
      float* outputs = products.At(part, 0, r) + point * products.point_stride;
      for (int pair = 0; pair < patches.pairs; ++pair) {
        const float* weights = packed;
        float* to = outputs;
        int left = groups;
        for (; left >= kTileGroups; left -= kTileGroups) {
          MultiplyPair<kTileGroups, kChannels>(inputs, offsets, begin, end, channels, weights, to);
          weights += kTileGroups * group_stride;
          to += kTileGroups * kGroup * kPairFloats;
        }
        if (kTileGroups > 1 && left > 0) {
          MultiplyPair<1, kChannels>(inputs, offsets, begin, end, channels, weights, to);
        }
        inputs += patches.pair_stride;
        outputs += products.pair_stride;
        prefetch.Portion();
      }
    }
  }
}

HWY_INLINE void MultiplyBand(const PointRows& patches, const Band& band, int point,
                             const float* packed, const PointRows& products,
                             RowPrefetch& prefetch) {
  if (patches.channels == 8) {
    MultiplyBandOf<8>(patches, band, point, packed, products, prefetch);
  } else if (patches.channels == 16) {
    MultiplyBandOf<16>(patches, band, point, packed, products, prefetch);
  } else {
    MultiplyBandOf<0>(patches, band, point, packed, products, prefetch);
  }
}

// How many portions MultiplyBand fetches.
inline int MultiplyPortions(const PointRows& products, const Band& band) {
  return int(kParts) * band.rows * products.pairs;
}

// One channel's row of outputs; sums.Take(value, offset in `out`) for each.
template <class Sums>
HWY_INLINE void TransformOutput(const PointRows& products, const float* HWY_RESTRICT from,
                                int width, float* HWY_RESTRICT out, size_t at, Sums sums) {
  const auto put = [&](V value, size_t to) HWY_ATTR {
    hn::Store(value, D(), out + to);
    sums.Take(value, to);
  };
  TileOffset tile(products);
  int left = width;
  for (; left >= kOutputs; left -= kOutputs, tile.Advance()) {
    const FourOutputs y(SixPoints::Load(from + tile.at, products.point_stride));
    put(y.y0, at);
    put(y.y1, at + kBlock);
    put(y.y2, at + 2 * kBlock);
    put(y.y3, at + 3 * kBlock);
    at += kOutputs * kBlock;
  }
  if (left > 0) {
    const FourOutputs y(SixPoints::Load(from + tile.at, products.point_stride));
    put(y.y0, at);
    if (left > 1) put(y.y1, at + kBlock);
    if (left > 2) put(y.y2, at + 2 * kBlock);
  }
  sums.Store();
}

// Outputs of a band from its products; sums_of(channel, part) says what is summed on the way. The
// parts of a row come one after the other, because they share its cache lines.
template <class SumsOf>
HWY_INLINE void TransformBand(const PointRows& products, const Band& band, int width, float* output,
                              const SumsOf& sums_of) {
  const size_t row = size_t(width) * kBlock;
  for (int c = 0; c < products.channels; ++c) {
    for (int r = 0; r < band.rows; ++r) {
      const size_t at = (size_t(c) * band.height + band.y + r) * row;
      for (size_t part = 0; part < kParts; ++part) {
        TransformOutput(products, products.At(part, c, r), width, output, at + part * kLanes,
                        sums_of(c, part));
      }
    }
  }
}

// Memory for one band of a convolution of `shape`. A backward pass has the transposed shape and
// also keeps tiles of its input, of `tile_channels` channels.
struct RowsScratch {
  explicit RowsScratch(const ConvolutionShape& shape, int tile_channels = 0)
      : patches(shape.in_channels, shape.width, BandRows(shape) + 2),
        products(shape.out_channels, shape.width, BandRows(shape)),
        tiles(tile_channels, shape.width, BandRows(shape)),
        row_floats(shape.width * kBlock) {}
  static RowsScratch Backward(const ConvolutionShape& shape) {
    return RowsScratch(shape.transposed(), shape.in_channels);
  }

  size_t floats() const {
    return patches.floats() + products.floats() + tiles.floats() + row_floats;
  }
  void Use(float* memory, int width) {
    patches.values = memory;
    products.values = patches.end();
    tiles.values = products.end();
    row = tiles.end();
    patches.ZeroPadding(width);
    tiles.ZeroPadding(width);
  }

  PointRows patches, products, tiles;
  size_t row_floats;
  float* row = nullptr;
};

inline size_t RowsScratchFloats(const ConvolutionShape& shape) {
  return std::max(RowsScratch(shape).floats(), RowsScratch::Backward(shape).floats());
}

struct NoSums {
  void Take(V, size_t) {}
  void Store() {}
};

// Sums of one part of a row of outputs and of their squares.
struct OutputSums {
  explicit HWY_INLINE OutputSums(float* sums) : to(sums) { sum = squares = hn::Zero(D()); }
  HWY_INLINE void Take(V value, size_t) {
    sum = hn::Add(sum, value);
    squares = hn::MulAdd(value, value, squares);
  }
  HWY_INLINE void Store() const {
    PutOrAdd<false>(sum, to);
    PutOrAdd<false>(squares, to + kBlock);
  }

  float* to;
  V sum, squares;
};

inline void RowsForward(const ConvolutionForward& args) {
  const ConvolutionShape& shape = args.shape;
  if (args.sums != nullptr) Zero(args.sums, size_t(shape.out_channels) * 2 * kBlock);
  const int width = shape.width, height = shape.height, most_rows = BandRows(shape);
  const size_t row = size_t(width) * kBlock, plane = height * row;
  RowsScratch scratch(shape);
  scratch.Use(args.scratch, width);
  const auto put_patches = [&](int y, int c, int slot) HWY_ATTR {
    WithInputValues(args.input, c * plane + y * row, c, width, scratch.row, width * kLanes,
                    [&](const auto& values)
                        HWY_ATTR { TransformPatches(values, width, scratch.patches, c, slot); });
  };
  int next = -1;
  for (int y = 0; y < height; y += most_rows) {
    const Band band(scratch.patches, y, std::min(most_rows, height - y), height);
    AdvanceRing(scratch.patches, band, next, put_patches);

    RowPrefetch prefetch(plane);
    const int inputs = std::clamp(height - next, 0, most_rows) * width;
    for (int s = 0; s < args.input.count; ++s) {
      prefetch.Add(args.input.sources[s].values + next * row, shape.in_channels, inputs);
    }
    const int after = y + band.rows, outputs = std::min(most_rows, height - after) * width;
    prefetch.Add(args.output + after * row, shape.out_channels, outputs);
    prefetch.Start(kPoints * MultiplyPortions(scratch.products, band));
    for (int point = 0; point < kPoints; ++point) {
      MultiplyBand(scratch.patches, band, point, args.packed_weights, scratch.products, prefetch);
    }
    if (args.sums == nullptr) {
      TransformBand(scratch.products, band, width, args.output,
                    [](int, size_t) HWY_ATTR { return NoSums(); });
    } else {
      TransformBand(scratch.products, band, width, args.output, [&](int c, size_t part) HWY_ATTR {
        return OutputSums(args.sums + c * 2 * kBlock + part * kLanes);
      });
    }
  }
}

inline size_t RowsWeightSumFloats(const ConvolutionShape& shape) {
  return size_t(kPoints) * 3 * kFolded * shape.out_channels * RoundUp(shape.in_channels, kGroup);
}

// Weight sums: [point][out][group of 4 in][row of patches][4 in][4 sums over images]; put if
// kFirst, else added. Here the output's gradient is the factor with the border: its patches are
// those of the input gradient. So the taps are those of the transposed convolution.
template <bool kFirst>
HWY_INLINE void RowsWeightGradient(const PointRows& patches, const PointRows& tiles,
                                   const Band& band, int point, float* HWY_RESTRICT sums,
                                   RowPrefetch& prefetch) {
  constexpr size_t kValues = 3 * kGroup;
  const int groups = RoundUp(tiles.channels, kGroup) / kGroup;
  const Band::Run* const runs_end = band.runs + band.run_count;
  const float* gradients = patches.values + point * patches.point_stride;
  const float* const all_inputs = tiles.values + point * tiles.point_stride;
  HWY_ALIGN float images[kValues * kBlock];  // [part][row of patches][in][lane]
  sums += size_t(point) * patches.channels * groups * kValues * kFolded;
  for (int c = 0; c < patches.channels; ++c, gradients += kPairFloats) {
    const float* inputs = all_inputs;
    for (int group = 0; group < groups; ++group, inputs += kGroup * kPairFloats) {
      for (size_t part = 0; part < kParts; ++part) {
        GradientRegisterTile<3> tile;
        for (const Band::Run* run = band.runs; run != runs_end; ++run) {
          const float* g = gradients + part * patches.part_stride;
          const float* g0 = g + run->patches[0];
          const float* g1 = g + run->patches[1];
          const float* g2 = g + run->patches[2];
          const float* x = inputs + part * tiles.part_stride + run->row * tiles.row_stride;
          for (int pair = 0; pair < run->pairs; ++pair) {
            for (size_t at = 0; at < kPairFloats; at += kLanes) {
              tile.Step(x + at, kPairFloats, g0 + at, g1 + at, g2 + at);
            }
            x += tiles.pair_stride;
            g0 += patches.pair_stride;
            g1 += patches.pair_stride;
            g2 += patches.pair_stride;
          }
        }
        tile.Write(images + part * kValues * kLanes);
      }
      for (size_t i = 0; i < kValues; i += 2) {
        SumTwoToFour<kFirst>(images + i * kLanes, kValues * kLanes, sums + i * kFolded);
      }
      sums += kValues * kFolded;
    }
    prefetch.Portion();
  }
}

inline void RowsBackward(const ConvolutionBackward& args) {
  const ConvolutionShape& shape = args.shape;
  const int width = shape.width, height = shape.height, most_rows = BandRows(shape);
  const size_t row = size_t(width) * kBlock, plane = height * row;
  const bool input_gradient = args.input_gradient != nullptr;
  const bool sums_on_the_way =
      args.completed.count == 1 && args.completed.list[0].gradient.count == 1;
  RowsScratch scratch = RowsScratch::Backward(shape);
  scratch.Use(args.scratch, width);
  const auto put_patches = [&](int y, int c, int slot) HWY_ATTR {
    WithGradientValues(args.output, c * plane + y * row, c, width, scratch.row, width * kLanes,
                       [&](const auto& values)
                           HWY_ATTR { TransformPatches(values, width, scratch.patches, c, slot); });
  };
  const auto put_tiles = [&](int y, int c, int r) HWY_ATTR {
    WithInputValues(args.input, c * plane + y * row, c, width, scratch.row, width * kLanes,
                    [&](const auto& values)
                        HWY_ATTR { TransformTiles(values, width, scratch.tiles, c, r); });
  };
  StartCompletedSums(args.completed, shape.in_channels);
  int next = -1;
  for (int y = 0; y < height; y += most_rows) {
    const Band band(scratch.patches, y, std::min(most_rows, height - y), height);
    for (int r = 0; r < band.rows; ++r) {
      for (int c = 0; c < shape.in_channels; ++c) put_tiles(y + r, c, r);
    }
    AdvanceRing(scratch.patches, band, next, put_patches);

    RowPrefetch prefetch(plane);
    const int gradients = std::clamp(height - next, 0, most_rows) * width;
    prefetch.Add(args.output.z + next * row, shape.out_channels, gradients);
    for (int s = 0; s < args.output.count; ++s) {
      prefetch.Add(args.output.gradients[s] + next * row, shape.out_channels, gradients);
    }
    const int after = y + band.rows, inputs = std::min(most_rows, height - after) * width;
    for (int s = 0; s < args.input.count; ++s) {
      prefetch.Add(args.input.sources[s].values + after * row, shape.in_channels, inputs);
    }
    if (input_gradient) prefetch.Add(args.input_gradient + after * row, shape.in_channels, inputs);
    const int multiplies = input_gradient ? MultiplyPortions(scratch.products, band) : 0;
    prefetch.Start(kPoints * (multiplies + shape.out_channels));
    for (int point = 0; point < kPoints; ++point) {
      if (input_gradient) {
        MultiplyBand(scratch.patches, band, point, args.packed_transposed_weights, scratch.products,
                     prefetch);
      }
      (args.first && y == 0 ? RowsWeightGradient<true>
                            : RowsWeightGradient<false>)(scratch.patches, scratch.tiles, band,
                                                         point, args.weight_sums, prefetch);
    }
    if (!input_gradient) continue;
    if (sums_on_the_way) {
      TransformBand(scratch.products, band, width, args.input_gradient,
                    [&](int c, size_t part)
                        HWY_ATTR { return NormalisationSumsOf(args.completed.list[0], c, part); });
    } else {
      TransformBand(scratch.products, band, width, args.input_gradient,
                    [](int, size_t) HWY_ATTR { return NoSums(); });
      AddCompletedSums(args.completed, 0, shape.in_channels, height * width, y * width,
                       band.rows * width);
    }
  }
}

inline void RowsReduce(const ConvolutionShape& shape, const float* sums, float* gradient) {
  const int groups = RoundUp(shape.in_channels, kGroup) / kGroup;
  const size_t plane = size_t(shape.out_channels) * 3 * groups * kGroup * kFolded;
  for (int out = 0; out < shape.out_channels; ++out) {
    for (int c = 0; c < shape.in_channels; ++c) {
      for (int ky = 0; ky < 3; ++ky) {
        const size_t at =
            (((size_t(out) * groups + c / kGroup) * 3 + 2 - ky) * kGroup + c % kGroup) * kFolded;
        float m[kPoints];
        for (int point = 0; point < kPoints; ++point)
          m[point] = SumOfFour(sums + point * plane + at);
        const float sum_a = kInverseNormA * (m[1] + m[2]),
                    difference_a = kInverseNormA * (m[1] - m[2]);
        const float sum_b = kInverseNormB * (m[3] + m[4]),
                    difference_b = kInverseNormB * (m[3] - m[4]);
        float* to = gradient + ((size_t(out) * shape.in_channels + c) * 3 + ky) * 3;
        to[2] = m[0] + (sum_a + sum_b);
        to[1] = kA * difference_a + kB * difference_b;
        to[0] = (0.5f * sum_a + 2.0f * sum_b) + m[5];
      }
    }
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
