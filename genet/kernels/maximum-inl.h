// Maximum pooling as the paper's networks have it: windows of 3x3 at stride 2. Work goes row by
// row, so that an activation stays in the first-level cache. Each value of the gradient is written
// once, except in rows that two rows of windows share.
#include <algorithm>

#include "genet/kernels/normalisation-inl.h"
#include "genet/kernels/pooling.h"
#include "genet/kernels/rows-inl.h"

#if defined(GENET_KERNELS_MAXIMUM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef GENET_KERNELS_MAXIMUM_INL_H_
#undef GENET_KERNELS_MAXIMUM_INL_H_
#else
#define GENET_KERNELS_MAXIMUM_INL_H_
#endif

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

constexpr int kSide = 3, kStep = 2;

inline bool IsUsualMaximum(const PoolShape& shape) {
  return !shape.average && shape.kernel == kSide && shape.stride == kStep;
}

// The last rows of one channel's activation: [row modulo 3][part][column].
class ActivationRows {
 public:
  ActivationRows(const PoolShape& shape, const SourceSum& input, int channel, float* memory)
      : shape_(shape), input_(input), channel_(channel), memory_(memory) {}
  static size_t Floats(const PoolShape& shape) { return size_t(kSide) * shape.width * kBlock; }

  // Rows up to `end` from now on.
  HWY_INLINE void ReadUntil(int end) {
    for (; next_ < end; ++next_) {
      const size_t row = size_t(channel_) * shape_.height + next_;
      SumRow(input_, row * shape_.width * kBlock, channel_, shape_.width,
             memory_ + Slot(next_) * shape_.width * kBlock, shape_.width * kLanes);
    }
  }
  HWY_INLINE const float* Row(int y, size_t part) const {
    return memory_ + (Slot(y) * kBlock + part * kLanes) * shape_.width;
  }

 private:
  static size_t Slot(int y) { return size_t(y % kSide); }
  const PoolShape& shape_;
  const SourceSum& input_;
  int channel_;
  float* memory_;
  int next_ = 0;
};

inline size_t UsualMaximumFloats(const PoolShape& shape) {
  return ActivationRows::Floats(shape) + size_t(shape.out_width) * kBlock;
}

HWY_INLINE int LastRow(const PoolShape& shape, int oy) {
  return std::min(shape.height, oy * kStep + kSide);
}

inline void UsualMaximumForward(const PoolShape& shape, const SourceSum& input, float* output,
                                float* scratch) {
  for (int c = 0; c < shape.channels; ++c) {
    ActivationRows rows(shape, input, c, scratch);
    for (int oy = 0; oy < shape.out_height; ++oy) {
      const int y = oy * kStep, last_row = LastRow(shape, oy) - 1;
      rows.ReadUntil(last_row + 1);
      for (size_t part = 0; part < kParts; ++part) {
        // A window that leaves the image has its last row or column twice.
        const float* top = rows.Row(y, part);
        const float* middle = rows.Row(std::min(y + 1, last_row), part);
        const float* bottom = rows.Row(last_row, part);
        const auto column = [&](int x) HWY_ATTR {
          const size_t at = std::min(x, shape.width - 1) * kLanes;
          return hn::Max(hn::Max(LoadAt(top + at), LoadAt(middle + at)), LoadAt(bottom + at));
        };
        float* to =
            output + (size_t(c) * shape.out_height + oy) * shape.out_width * kBlock + part * kLanes;
        V first = column(0);
        for (int ox = 0; ox < shape.out_width; ++ox) {
          const V third = column(ox * kStep + 2);
          hn::Store(hn::Max(hn::Max(first, column(ox * kStep + 1)), third), D(), to + ox * kBlock);
          first = third;
        }
      }
    }
  }
}

// Gives a row of windows' gradients, each to the window's first largest value. All pointers are
// those of one part.
template <int kRows>
class RowOfWindows {
 public:
  // `seen`: the first row has gradients already.
  HWY_INLINE RowOfWindows(const ActivationRows& rows, int y, size_t part, int width, bool seen,
                          float* to)
      : width_(width), seen_(seen), to_(to) {
    for (int r = 0; r < kRows; ++r) {
      values_[r] = rows.Row(y + r, part);
      carried_[r] = Before(r, 0);
    }
  }

  HWY_INLINE void GiveBack(int windows, const float* gradients) {
    for (int ox = 0; ox + 1 < windows; ++ox) Window<kSide>(ox, LoadAt(gradients + ox * kLanes));
    const int last = windows - 1;
    const V gradient = LoadAt(gradients + last * kLanes);
    const int columns = std::min(kSide, width_ - last * kStep);
    if (columns == 1) Window<1>(last, gradient);
    if (columns == 2) Window<2>(last, gradient);
    if (columns < kSide) return;
    Window<kSide>(last, gradient);
    for (int r = 0; r < kRows; ++r) hn::Store(carried_[r], D(), At(r, width_ - 1));
  }

 private:
  HWY_INLINE float* At(int r, int x) const { return to_ + (size_t(r) * width_ + x) * kBlock; }
  HWY_INLINE V Before(int r, int x) const {
    return r == 0 && seen_ ? LoadAt(At(0, x)) : hn::Zero(D());
  }

  // The last column is shared with the next window, which its sums are carried to.
  template <int kColumns>
  HWY_INLINE void Window(int ox, V gradient) {
    const int x = ox * kStep;
    V largest = LoadAt(values_[0] + x * kLanes);
    for (int r = 0; r < kRows; ++r) {
      for (int c = 0; c < kColumns; ++c) {
        largest = hn::Max(largest, LoadAt(values_[r] + (x + c) * kLanes));
      }
    }
    for (int r = 0; r < kRows; ++r) {
      for (int c = 0; c < kColumns; ++c) {
        const auto hit = hn::Eq(LoadAt(values_[r] + (x + c) * kLanes), largest);
        const V before = c == 0 ? carried_[r] : Before(r, x + c);
        const V sum = hn::Add(before, hn::IfThenElseZero(hit, gradient));
        gradient = hn::IfThenZeroElse(hit, gradient);
        if (c + 1 < kSide) {
          hn::Store(sum, D(), At(r, x + c));
        } else {
          carried_[r] = sum;
        }
      }
    }
  }

  int width_;
  bool seen_;
  float* to_;
  const float* values_[kRows];
  V carried_[kRows];
};

inline void UsualMaximumBackward(const PoolShape& shape, const SourceSum& input,
                                 const SourceSum& gradients, float* input_gradient, float* scratch,
                                 const CompletedGradients& completed) {
  float* gradient = scratch + ActivationRows::Floats(shape);
  StartCompletedSums(completed, shape.channels);
  for (int c = 0; c < shape.channels; ++c) {
    ActivationRows rows(shape, input, c, scratch);
    float* plane = input_gradient + size_t(c) * shape.height * shape.width * kBlock;
    int finished = 0;
    for (int oy = 0; oy < shape.out_height; ++oy) {
      const int y = oy * kStep, end = LastRow(shape, oy);
      rows.ReadUntil(end);
      SumRow(gradients, (size_t(c) * shape.out_height + oy) * shape.out_width * kBlock, c,
             shape.out_width, gradient, shape.out_width * kLanes);
      for (size_t part = 0; part < kParts; ++part) {
        float* to = plane + size_t(y) * shape.width * kBlock + part * kLanes;
        const auto give_back = [&](auto windows) HWY_ATTR {
          windows.GiveBack(shape.out_width, gradient + part * shape.out_width * kLanes);
        };
        const bool seen = oy > 0;
        if (end - y == 3) give_back(RowOfWindows<3>(rows, y, part, shape.width, seen, to));
        if (end - y == 2) give_back(RowOfWindows<2>(rows, y, part, shape.width, seen, to));
        if (end - y == 1) give_back(RowOfWindows<1>(rows, y, part, shape.width, seen, to));
      }
      const int whole = oy + 1 < shape.out_height ? y + kStep : shape.height;
      AddCompletedSums(completed, c, c + 1, shape.height * shape.width, finished * shape.width,
                       (whole - finished) * shape.width);
      finished = whole;
    }
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
