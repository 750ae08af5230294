// On tiles, products at the points back to outputs and, for the gradient of the weights, to taps.
#include <algorithm>

#include "genet/kernels/tile_panel-inl.h"

#if defined(GENET_KERNELS_TILE_OUTPUTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_TILE_OUTPUTS_INL_H_
#undef GENET_KERNELS_TILE_OUTPUTS_INL_H_
#else
#define GENET_KERNELS_TILE_OUTPUTS_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// Products lie [point][channel][vector].
inline void Products(const TilePanel& at, const float* products, int begin, int end, float* output,
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

// The gradient of the weights from their sums (SumPoint).
inline void WeightTaps(const ConvolutionShape& shape, const float* sums, int begin, int end,
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
        for (int tap = 0; tap < 9; ++tap) *to++ = taps[tap * kLanes + lane];
      }
    }
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
