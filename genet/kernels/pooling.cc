#include "genet/kernels/pooling.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/pooling.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

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

constexpr int kUsualSide = 3;

struct Window {
  Window(const PoolShape& shape, int oy, int ox)
      : y0(oy * shape.stride),
        y1(std::min(shape.height, y0 + shape.kernel)),
        x0(ox * shape.stride),
        x1(std::min(shape.width, x0 + shape.kernel)) {}
  float inverse_area() const { return 1.0f / static_cast<float>((y1 - y0) * (x1 - x0)); }
  // Whole and of the usual side, for which there is code without loops.
  bool usual() const { return y1 - y0 == kUsualSide && x1 - x0 == kUsualSide; }
  int y0, y1, x0, x1;
};

// Maximum pooling of a whole window of a side known when compiled (0: of any window). `plane` and
// `to` are the values and gradients of one part.
template <int kSide>
struct Maximum {
  // Calls visit(index of the pixel) in the order of rows, then columns.
  template <class Visit>
  static HWY_INLINE void ForEachPixel(const Window& w, int width, const Visit& visit) {
    const int height = kSide > 0 ? kSide : w.y1 - w.y0, across = kSide > 0 ? kSide : w.x1 - w.x0;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < across; ++x) visit(size_t(w.y0 + y) * width + w.x0 + x);
    }
  }
  static HWY_INLINE V Largest(const float* plane, const Window& w, int width) {
    V largest = LoadAt(plane + (size_t(w.y0) * width + w.x0) * kLanes);
    ForEachPixel(w, width, [&](size_t at) HWY_ATTR {
      largest = hn::Max(largest, LoadAt(plane + at * kLanes));
    });
    return largest;
  }
  // Adds the gradient of a window to that of its first largest value.
  static HWY_INLINE void GiveBack(const float* plane, const Window& w, int width, V gradient,
                                  float* to) {
    const V largest = Largest(plane, w, width);
    ForEachPixel(w, width, [&](size_t at) HWY_ATTR {
      const auto hit = hn::Eq(LoadAt(plane + at * kLanes), largest);
      float* sum = to + at * kBlock;
      hn::Store(hn::Add(LoadAt(sum), hn::IfThenElseZero(hit, gradient)), D(), sum);
      gradient = hn::IfThenZeroElse(hit, gradient);
    });
  }
};

HWY_INLINE V Mean(const float* plane, int width, const Window& w) {
  V sum = hn::Zero(D());
  for (int y = w.y0; y < w.y1; ++y) {
    for (int x = w.x0; x < w.x1; ++x) {
      sum = hn::Add(sum, LoadAt(plane + (size_t(y) * width + x) * kLanes));
    }
  }
  return hn::Mul(sum, hn::Set(D(), w.inverse_area()));
}

// Adds the gradient of an average to that of each of its values.
HWY_INLINE void SpreadEvenly(const Window& w, int width, V gradient, float* to) {
  const V share = hn::Mul(gradient, hn::Set(D(), w.inverse_area()));
  for (int y = w.y0; y < w.y1; ++y) {
    for (int x = w.x0; x < w.x1; ++x) {
      float* sum = to + (size_t(y) * width + x) * kBlock;
      hn::Store(hn::Add(LoadAt(sum), share), D(), sum);
    }
  }
}

void PoolForwardBlock(const PoolShape& shape, const SourceSum& input, float* output,
                      float* scratch) {
  const size_t pixels = size_t(shape.height) * shape.width;
  for (int c = 0; c < shape.channels; ++c) {
    SumPlane(shape, input, c, scratch);
    for (size_t part = 0; part < kParts; ++part) {
      const float* plane = scratch + part * pixels * kLanes;
      float* to = output + size_t(c) * shape.out_height * shape.out_width * kBlock + part * kLanes;
      for (int oy = 0; oy < shape.out_height; ++oy) {
        for (int ox = 0; ox < shape.out_width; ++ox, to += kBlock) {
          const Window w(shape, oy, ox);
          const V value = shape.average ? Mean(plane, shape.width, w)
                          : w.usual()   ? Maximum<kUsualSide>::Largest(plane, w, shape.width)
                                        : Maximum<0>::Largest(plane, w, shape.width);
          hn::Store(value, D(), to);
        }
      }
    }
  }
}

void PoolBackwardBlock(const PoolShape& shape, const SourceSum& input, const SourceSum& gradients,
                       float* input_gradient, float* scratch, const CompletedGradients& completed) {
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
          } else if (w.usual()) {
            Maximum<kUsualSide>::GiveBack(plane, w, shape.width, LoadAt(g), to);
          } else {
            Maximum<0>::GiveBack(plane, w, shape.width, LoadAt(g), to);
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
HWY_EXPORT(PoolForwardBlock);
HWY_EXPORT(PoolBackwardBlock);

size_t PoolScratchFloats(const PoolShape& shape) {
  return (size_t(shape.height) * shape.width + size_t(shape.out_height) * shape.out_width) * kBlock;
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
