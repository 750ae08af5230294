#include "genet/kernels/pooling.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/pooling.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "genet/kernels/maximum-inl.h"
#include "genet/kernels/normalisation-inl.h"
#include "genet/kernels/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// One channel's activation: [part][row][column].
HWY_INLINE void SumPlane(const PoolShape& shape, const SourceSum& input, int channel,
                         float* plane) {
  const size_t pixels = size_t(shape.height) * shape.width;
  SumRow(input, channel * pixels * kBlock, channel, static_cast<int>(pixels), plane,
         pixels * kLanes);
}

struct Window {
  Window(const PoolShape& shape, int oy, int ox)
      : y0(oy * shape.stride),
        y1(std::min(shape.height, y0 + shape.kernel)),
        x0(ox * shape.stride),
        x1(std::min(shape.width, x0 + shape.kernel)) {}
  float inverse_area() const { return 1.0f / static_cast<float>((y1 - y0) * (x1 - x0)); }
  int y0, y1, x0, x1;
};

// Calls visit(index of the pixel) in the order of rows, then columns.
template <class Visit>
HWY_INLINE void ForEachPixel(const Window& w, int width, const Visit& visit) {
  for (int y = w.y0; y < w.y1; ++y) {
    for (int x = w.x0; x < w.x1; ++x) visit(size_t(y) * width + x);
  }
}

// `plane` and `to` are the values and gradients of one part.
HWY_INLINE V Largest(const float* plane, int width, const Window& w) {
  V largest = LoadAt(plane + (size_t(w.y0) * width + w.x0) * kLanes);
  ForEachPixel(w, width, [&](size_t at) HWY_ATTR {
    largest = hn::Max(largest, LoadAt(plane + at * kLanes));
  });
  return largest;
}

// Adds the gradient of a window to that of its first largest value.
HWY_INLINE void GiveToLargest(const float* plane, int width, const Window& w, V gradient,
                              float* to) {
  const V largest = Largest(plane, width, w);
  ForEachPixel(w, width, [&](size_t at) HWY_ATTR {
    const auto hit = hn::Eq(LoadAt(plane + at * kLanes), largest);
    float* sum = to + at * kBlock;
    hn::Store(hn::Add(LoadAt(sum), hn::IfThenElseZero(hit, gradient)), D(), sum);
    gradient = hn::IfThenZeroElse(hit, gradient);
  });
}

HWY_INLINE V Mean(const float* plane, int width, const Window& w) {
  V sum = hn::Zero(D());
  ForEachPixel(w, width,
               [&](size_t at) HWY_ATTR { sum = hn::Add(sum, LoadAt(plane + at * kLanes)); });
  return hn::Mul(sum, hn::Set(D(), w.inverse_area()));
}

// Adds the gradient of an average to that of each of its values.
HWY_INLINE void SpreadEvenly(const Window& w, int width, V gradient, float* to) {
  const V share = hn::Mul(gradient, hn::Set(D(), w.inverse_area()));
  ForEachPixel(w, width, [&](size_t at) HWY_ATTR {
    hn::Store(hn::Add(LoadAt(to + at * kBlock), share), D(), to + at * kBlock);
  });
}

size_t PoolScratchBlock(const PoolShape& shape) {
  if (IsUsualMaximum(shape)) return UsualMaximumFloats(shape);
  return (size_t(shape.height) * shape.width + size_t(shape.out_height) * shape.out_width) * kBlock;
}

void PoolForwardBlock(const PoolShape& shape, const SourceSum& input, float* output,
                      float* scratch) {
  if (IsUsualMaximum(shape)) return UsualMaximumForward(shape, input, output, scratch);
  const size_t pixels = size_t(shape.height) * shape.width;
  for (int c = 0; c < shape.channels; ++c) {
    SumPlane(shape, input, c, scratch);
    for (size_t part = 0; part < kParts; ++part) {
      const float* plane = scratch + part * pixels * kLanes;
      float* to = output + size_t(c) * shape.out_height * shape.out_width * kBlock + part * kLanes;
      for (int oy = 0; oy < shape.out_height; ++oy) {
        for (int ox = 0; ox < shape.out_width; ++ox, to += kBlock) {
          const Window w(shape, oy, ox);
          hn::Store(shape.average ? Mean(plane, shape.width, w) : Largest(plane, shape.width, w),
                    D(), to);
        }
      }
    }
  }
}

void PoolBackwardBlock(const PoolShape& shape, const SourceSum& input, const SourceSum& gradients,
                       float* input_gradient, float* scratch, const CompletedGradients& completed) {
  if (IsUsualMaximum(shape)) {
    return UsualMaximumBackward(shape, input, gradients, input_gradient, scratch, completed);
  }
  const size_t pixels = size_t(shape.height) * shape.width;
  const size_t outputs = size_t(shape.out_height) * shape.out_width;
  float* gradient = scratch + pixels * kBlock;
  StartCompletedSums(completed, shape.channels);
  for (int c = 0; c < shape.channels; ++c) {
    Zero(input_gradient + c * pixels * kBlock, pixels * kBlock);
    if (!shape.average) SumPlane(shape, input, c, scratch);
    SumRow(gradients, c * outputs * kBlock, c, static_cast<int>(outputs), gradient,
           outputs * kLanes);
    for (size_t part = 0; part < kParts; ++part) {
      const float* plane = scratch + part * pixels * kLanes;
      const float* g = gradient + part * outputs * kLanes;
      float* to = input_gradient + c * pixels * kBlock + part * kLanes;
      for (int oy = 0; oy < shape.out_height; ++oy) {
        for (int ox = 0; ox < shape.out_width; ++ox, g += kLanes) {
          const Window w(shape, oy, ox);
          if (shape.average) {
            SpreadEvenly(w, shape.width, LoadAt(g), to);
          } else {
            GiveToLargest(plane, shape.width, w, LoadAt(g), to);
          }
        }
      }
    }
    AddCompletedSums(completed, c, c + 1, int(pixels), 0, int(pixels));
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genet::kernels {
HWY_EXPORT(PoolScratchBlock);
HWY_EXPORT(PoolForwardBlock);
HWY_EXPORT(PoolBackwardBlock);

size_t PoolScratchFloats(const PoolShape& shape) {
  return HWY_DYNAMIC_DISPATCH(PoolScratchBlock)(shape);
}

void PoolForward(const PoolShape& shape, const SourceSum& input, float* output, float* scratch) {
  HWY_DYNAMIC_DISPATCH(PoolForwardBlock)(shape, input, output, scratch);
}

void PoolBackward(const PoolShape& shape, const SourceSum& input, const SourceSum& gradients,
                  float* input_gradient, float* scratch, const CompletedGradients& completed) {
  HWY_DYNAMIC_DISPATCH(PoolBackwardBlock)
  (shape, input, gradients, input_gradient, scratch, completed);
}

}  // namespace genet::kernels
#endif
