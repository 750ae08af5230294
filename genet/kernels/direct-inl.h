// Direct convolution: every product is formed, for any odd kernel and any padding below it.
#include <algorithm>

#include "genet/kernels/convolution.h"
#include "genet/kernels/image_sums-inl.h"
#include "genet/kernels/normalisation-inl.h"
#include "genet/kernels/register_tile-inl.h"
#include "genet/kernels/rows-inl.h"

#if defined(GENET_KERNELS_DIRECT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_DIRECT_INL_H_
#undef GENET_KERNELS_DIRECT_INL_H_
#else
#define GENET_KERNELS_DIRECT_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// A ring of the last `kernel` input rows: [part][slot][channel][column], with a zero border.
struct DirectRing {
  DirectRing(const ConvolutionShape& convolution, float* memory)
      : shape(convolution),
        columns(RoundUp(shape.out_width(), kTileColumns) + shape.kernel - 1),
        channel_stride(columns * kLanes),
        slot_stride(channel_stride * shape.in_channels),
        part_stride(slot_stride * shape.kernel),
        rows(memory) {
    Zero(rows, Floats(shape));
  }
  static size_t Floats(const ConvolutionShape& shape) {
    const size_t columns = RoundUp(shape.out_width(), kTileColumns) + shape.kernel - 1;
    return columns * kBlock * shape.in_channels * shape.kernel;
  }
  // Where column 0 of the image's row y lies, part 0.
  float* Row(int y, int channel) const {
    return rows + y % shape.kernel * slot_stride + channel * channel_stride +
           shape.padding * kLanes;
  }

  const ConvolutionShape& shape;
  size_t columns, channel_stride, slot_stride, part_stride;
  float* rows;
};

// Kernel rows of output row y that meet the image.
struct RowRange {
  RowRange(const ConvolutionShape& shape, int y)
      : begin(std::max(0, shape.padding - y)),
        end(std::min(shape.kernel, shape.height + shape.padding - y)) {}
  int begin, end;
};

template <int kGroups>
HWY_INLINE void DirectTile(const DirectRing& ring, const RowRange& range, int y, int x, size_t part,
                           const float* HWY_RESTRICT weights, RegisterTile* HWY_RESTRICT tiles) {
  const ConvolutionShape& shape = ring.shape;
  const int kernel = shape.kernel;
  const size_t group_stride = size_t(kernel) * kernel * shape.in_channels * kGroup;
  RegisterTile t0, t1;
  for (int ky = range.begin; ky < range.end; ++ky) {
    const float* HWY_RESTRICT in = ring.rows + part * ring.part_stride +
                                   (y + ky - shape.padding) % kernel * ring.slot_stride +
                                   x * kLanes;
    const float* HWY_RESTRICT w = weights + size_t(ky) * kernel * shape.in_channels * kGroup;
    for (int c = 0; c < shape.in_channels; ++c) {
      for (int kx = 0; kx < kernel; ++kx) {
        const V first = LoadAt(in + kx * kLanes), second = LoadAt(in + (kx + 1) * kLanes);
        t0.Step(w, first, second);
        if (kGroups > 1) t1.Step(w + group_stride, first, second);
        w += kGroup;
      }
      in += ring.channel_stride;
    }
  }
  tiles[0] = t0;
  if (kGroups > 1) tiles[1] = t1;
}

// One row of outputs from the ring; `sums` as in ConvolutionForward, or null.
HWY_INLINE void DirectRow(const DirectRing& ring, int y, const float* packed, float* output,
                          float* sums) {
  const ConvolutionShape& shape = ring.shape;
  const int width = shape.out_width(), groups = RoundUp(shape.out_channels, kGroup) / kGroup;
  const size_t group_stride = size_t(shape.kernel) * shape.kernel * shape.in_channels * kGroup;
  const RowRange range(shape, y);
  HWY_ALIGN float values[kTileGroups * kGroup * kTileColumns * kLanes];
  for (size_t part = 0; part < kParts; ++part) {
    for (int group = 0; group < groups; group += kTileGroups) {
      const int tall = std::min(kTileGroups, groups - group);
      const int channels = std::min(tall * kGroup, shape.out_channels - group * kGroup);
      for (int x = 0; x < width; x += kTileColumns) {
        RegisterTile tiles[2];
        if (tall > 1) {
          DirectTile<2>(ring, range, y, x, part, packed + group * group_stride, tiles);
          tiles[1].Write(values + kGroup * kTileColumns * kLanes * (kTileGroups - 1),
                         kTileColumns * kLanes);
        } else {
          DirectTile<1>(ring, range, y, x, part, packed + group * group_stride, tiles);
        }
        tiles[0].Write(values, kTileColumns * kLanes);
        const int columns = std::min(kTileColumns, width - x);
        for (int j = 0; j < channels; ++j) {
          const int channel = group * kGroup + j;
          float* to = output + ((size_t(channel) * shape.out_height() + y) * width + x) * kBlock +
                      part * kLanes;
          for (int i = 0; i < columns; ++i) {
            const V value = LoadAt(values + (j * kTileColumns + i) * kLanes);
            hn::Store(value, D(), to + i * kBlock);
            if (sums != nullptr) {
              float* sum = sums + channel * 2 * kBlock + part * kLanes;
              hn::Store(hn::Add(LoadAt(sum), value), D(), sum);
              sum += kBlock;
              hn::Store(hn::MulAdd(value, value, LoadAt(sum)), D(), sum);
            }
          }
        }
      }
    }
  }
}

inline void DirectForward(const ConvolutionForward& args) {
  const ConvolutionShape& shape = args.shape;
  if (args.sums != nullptr) Zero(args.sums, size_t(shape.out_channels) * 2 * kBlock);
  const DirectRing ring(shape, args.scratch);
  int next = 0;
  for (int y = 0; y < shape.out_height(); ++y) {
    for (; next < std::min(shape.height, y + shape.kernel - shape.padding); ++next) {
      for (int c = 0; c < shape.in_channels; ++c) {
        SumRow(args.input, (size_t(c) * shape.height + next) * shape.width * kBlock, c, shape.width,
               ring.Row(next, c), ring.part_stride);
      }
    }
    DirectRow(ring, y, args.packed_weights, args.output, args.sums);
  }
}

// Weight sums: [part][kernel row][in][group of 4 out][kernel column][4].
inline size_t DirectPartFloats(const ConvolutionShape& shape) {
  return size_t(shape.kernel) * shape.kernel * shape.in_channels *
         RoundUp(shape.out_channels, kGroup) * kLanes;
}

template <int kTaps>
HWY_INLINE void DirectGradientTile(const float* x, const float* gradient, size_t stride, int width,
                                   float* sums) {
  GradientRegisterTile<kTaps> tile;
  tile.Read(sums);
  for (int i = 0; i < width; ++i) {
    tile.Step(gradient, stride, x, x + kLanes, x + 2 * kLanes);
    x += kLanes;
    gradient += kLanes;
  }
  tile.Write(sums);
}

// `gradient` is [part][out][column] of output row y, rows `stride` apart.
HWY_INLINE void DirectWeightGradientRow(const DirectRing& ring, int y, const float* gradient,
                                        size_t stride, size_t part_stride, float* sums) {
  const ConvolutionShape& shape = ring.shape;
  const int groups = RoundUp(shape.out_channels, kGroup) / kGroup, kernel = shape.kernel;
  const RowRange range(shape, y);
  const size_t in_stride = size_t(kernel) * groups * kGroup * kLanes;
  for (size_t part = 0; part < kParts; ++part) {
    for (int ky = range.begin; ky < range.end; ++ky) {
      for (int c = 0; c < shape.in_channels; ++c) {
        const float* x = ring.rows + part * ring.part_stride +
                         (y + ky - shape.padding) % kernel * ring.slot_stride +
                         c * ring.channel_stride;
        float* to = sums + ((part * kernel + ky) * shape.in_channels + c) * in_stride;
        for (int group = 0; group < groups; ++group) {
          const float* g = gradient + part * part_stride + group * kGroup * stride;
          for (int kx = 0; kx < kernel; kx += 3) {
            const float* from = x + kx * kLanes;
            if (kernel - kx >= 3) {
              DirectGradientTile<3>(from, g, stride, shape.out_width(), to);
            } else if (kernel - kx == 2) {
              DirectGradientTile<2>(from, g, stride, shape.out_width(), to);
            } else {
              DirectGradientTile<1>(from, g, stride, shape.out_width(), to);
            }
            to += std::min(3, kernel - kx) * kGroup * kLanes;
          }
        }
      }
    }
  }
}

struct DirectBackwardScratch {
  explicit DirectBackwardScratch(const ConvolutionShape& shape)
      : input_ring(DirectRing::Floats(shape)),
        output_ring(DirectRing::Floats(shape.transposed())),
        gradient_row(size_t(RoundUp(shape.out_channels, kGroup)) * shape.out_width() * kBlock) {}
  size_t input_ring, output_ring, gradient_row;
  size_t floats() const { return input_ring + output_ring + gradient_row; }
};

// More than the forward pass needs.
inline size_t DirectScratchFloats(const ConvolutionShape& shape) {
  return DirectBackwardScratch(shape).floats();
}

inline void DirectBackward(const ConvolutionBackward& args) {
  const ConvolutionShape& shape = args.shape;
  const ConvolutionShape back = shape.transposed();
  const DirectBackwardScratch sizes(shape);
  const DirectRing input(shape, args.scratch);
  const DirectRing output(back, args.scratch + sizes.input_ring);
  float* gradient = args.scratch + sizes.input_ring + sizes.output_ring;
  Zero(gradient, sizes.gradient_row);
  if (args.first) Zero(args.weight_sums, kParts * DirectPartFloats(shape));
  const int width = shape.out_width(), height = shape.out_height();
  const size_t stride = width * kLanes;
  const size_t part_stride = stride * RoundUp(shape.out_channels, kGroup);
  const auto input_gradient_row = [&](int y) HWY_ATTR {
    DirectRow(output, y, args.packed_transposed_weights, args.input_gradient, nullptr);
    AddCompletedSums(args.completed, 0, shape.in_channels, shape.height * shape.width,
                     y * shape.width, shape.width);
  };
  StartCompletedSums(args.completed, shape.in_channels);
  int next = 0;
  for (int y = 0; y < height; ++y) {
    for (; next < std::min(shape.height, y + shape.kernel - shape.padding); ++next) {
      for (int c = 0; c < shape.in_channels; ++c) {
        SumRow(args.input, (size_t(c) * shape.height + next) * shape.width * kBlock, c, shape.width,
               input.Row(next, c), input.part_stride);
      }
    }
    for (int c = 0; c < shape.out_channels; ++c) {
      GradientRow(args.output, (size_t(c) * height + y) * width * kBlock, c, width,
                  gradient + c * stride, part_stride);
      if (args.input_gradient == nullptr) continue;
      for (size_t part = 0; part < kParts; ++part) {
        const float* from = gradient + part * part_stride + c * stride;
        std::copy(from, from + stride, output.Row(y, c) + part * output.part_stride);
      }
    }
    DirectWeightGradientRow(input, y, gradient, stride, part_stride, args.weight_sums);
    if (args.input_gradient != nullptr && y >= shape.padding) {
      input_gradient_row(y - shape.padding);
    }
  }
  if (args.input_gradient == nullptr) return;
  for (int y = std::max(0, height - shape.padding); y < shape.height; ++y) input_gradient_row(y);
}

inline void DirectReduce(const ConvolutionShape& shape, const float* sums, float* gradient) {
  const int groups = RoundUp(shape.out_channels, kGroup) / kGroup, kernel = shape.kernel;
  const size_t part_stride = DirectPartFloats(shape);
  for (int ky = 0; ky < kernel; ++ky) {
    for (int c = 0; c < shape.in_channels; ++c) {
      for (int out = 0; out < groups * kGroup; ++out) {
        if (out >= shape.out_channels) continue;
        for (int kx = 0; kx < kernel; ++kx) {
          const size_t at =
              (((size_t(ky) * shape.in_channels + c) * groups + out / kGroup) * kernel + kx) *
                  kGroup +
              out % kGroup;
          gradient[((size_t(out) * shape.in_channels + c) * kernel + ky) * kernel + kx] =
              SumImages(sums + at * kLanes, part_stride);
        }
      }
    }
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
