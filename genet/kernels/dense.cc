#include "genet/kernels/dense.h"

#include <algorithm>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/dense.cc"
#include <hwy/aligned_allocator.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "genet/kernels/image_sums-inl.h"

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// Rows and columns of the matrix that are worked through together, for some blocks: what is read of
// the matrix and of the inputs stays in the caches meanwhile.
constexpr size_t kStripe = 64, kDepth = 128, kBlocksTogether = 8;
// Rows of a register tile: eight accumulators at any vector width.
constexpr size_t kTileRows = kParts <= 2 ? 8 / kParts : 2;

// kRows rows of a matrix, added to partial[row][16]; fixed order over columns.
template <size_t kRows>
HWY_INLINE void ProductTile(const float* HWY_RESTRICT w, size_t row_stride, size_t column_stride,
                            size_t columns, const float* HWY_RESTRICT in,
                            float* HWY_RESTRICT partial) {
  V sum[kRows * kParts];
  for (size_t i = 0; i < kRows * kParts; ++i) sum[i] = LoadAt(partial + i * kLanes);
  for (size_t k = 0; k < columns; ++k, w += column_stride, in += kBlock) {
    V x[kParts];
    for (size_t part = 0; part < kParts; ++part) x[part] = LoadAt(in + part * kLanes);
    for (size_t row = 0; row < kRows; ++row) {
      const V weight = Broadcast(w + row * row_stride);
      for (size_t part = 0; part < kParts; ++part) {
        V& to = sum[row * kParts + part];
        to = hn::MulAdd(weight, x[part], to);
      }
    }
  }
  for (size_t i = 0; i < kRows * kParts; ++i) hn::Store(sum[i], D(), partial + i * kLanes);
}

// Some rows and columns of a matrix. Where rows are neighbours in memory they are copied, a cache
// line of them after the other, because columns are often a power of two apart and would all meet
// in one set of the cache.
class Piece {
 public:
  Piece(const BlockProduct& p, size_t m, size_t rows, size_t k, size_t columns, float* copy)
      : values_(p.matrix + m * p.row_stride + k * p.column_stride),
        row_stride_(p.row_stride),
        line_stride_(kLine * p.row_stride),
        column_stride_(p.column_stride),
        columns_(columns) {
    if (p.row_stride != 1) return;
    for (size_t row = 0; row < rows; row += kLine) {
      for (size_t column = 0; column < columns; ++column) {
        std::copy_n(values_ + column * column_stride_ + row, std::min(kLine, rows - row),
                    copy + (row / kLine * columns + column) * kLine);
      }
    }
    values_ = copy;
    line_stride_ = columns * kLine;
    column_stride_ = kLine;
  }
  template <size_t kRows>
  HWY_INLINE void Multiply(size_t row, const float* input, float* partial) const {
    ProductTile<kRows>(values_ + row / kLine * line_stride_ + row % kLine * row_stride_,
                       row_stride_, column_stride_, columns_, input, partial + row * kBlock);
  }

 private:
  static constexpr size_t kLine = 16;
  const float* values_;
  size_t row_stride_, line_stride_, column_stride_, columns_;
};

// Rows [m, m + rows) of a few blocks: partial[block][row][16].
HWY_INLINE void ProductStripe(const BlockProduct& p, size_t m, size_t rows,
                              const DenseBlocks& inputs, size_t blocks, float* partial) {
  HWY_ALIGN float copy[kStripe * kDepth];
  Zero(partial, blocks * kStripe * kBlock);
  for (size_t k = 0; k < inputs.features; k += kDepth) {
    const Piece piece(p, m, rows, k, std::min(kDepth, inputs.features - k), copy);
    for (size_t block = 0; block < blocks; ++block) {
      const float* input = inputs.values + block * inputs.block_stride + k * kBlock;
      float* to = partial + block * kStripe * kBlock;
      size_t row = 0;
      for (; row + kTileRows <= rows; row += kTileRows) piece.Multiply<kTileRows>(row, input, to);
      for (; row < rows; ++row) piece.Multiply<1>(row, input, to);
    }
  }
}

void Product(const BlockProduct& p, size_t begin, size_t end, const DenseBlocks& inputs,
             size_t all_blocks, float* output, size_t output_stride) {
  const D d;
  HWY_ALIGN float partial[kBlocksTogether * kStripe * kBlock];
  for (size_t first = 0; first < all_blocks; first += kBlocksTogether) {
    const size_t blocks = std::min(kBlocksTogether, all_blocks - first);
    const DenseBlocks some{inputs.values + first * inputs.block_stride, inputs.features,
                           inputs.block_stride};
    for (size_t m = begin; m < end; m += kStripe) {
      const size_t rows = std::min(kStripe, end - m);
      ProductStripe(p, m, rows, some, blocks, partial);
      for (size_t block = 0; block < blocks; ++block) {
        float* to = output + (first + block) * output_stride + m * kBlock;
        const float* from = partial + block * kStripe * kBlock;
        for (size_t i = 0; i < rows * kParts; ++i) {
          V value = LoadAt(from + i * kLanes);
          if (p.bias != nullptr) value = hn::Add(value, Broadcast(p.bias + m + i / kParts));
          if (p.relu) value = hn::Max(value, hn::Zero(d));
          hn::Store(value, d, to + i * kLanes);
        }
      }
    }
  }
}

// Features [begin, end) of all blocks: to[feature][block][16]. Blocks are often a power of two
// apart and would meet in one set of the cache.
HWY_INLINE void Gather(const DenseBlocks& from, size_t blocks, size_t begin, size_t end,
                       float* HWY_RESTRICT to) {
  for (size_t feature = begin; feature < end; ++feature) {
    for (size_t block = 0; block < blocks; ++block, to += kBlock) {
      std::copy_n(from.values + block * from.block_stride + feature * kBlock, kBlock, to);
    }
  }
}

// kOut by kIn weights: to[out * to_stride + in], of gathered outputs and inputs.
template <size_t kOut, size_t kIn>
HWY_INLINE void DenseGradientTile(const float* HWY_RESTRICT outputs,
                                  const float* HWY_RESTRICT inputs, size_t blocks,
                                  float* HWY_RESTRICT to, size_t to_stride) {
  HWY_ALIGN float sums[kOut * kIn * kBlock];
  const size_t feature_stride = blocks * kBlock;
  for (size_t part = 0; part < kParts; ++part) {
    V sum[kOut * kIn];
    for (V& value : sum) value = hn::Zero(D());
    for (size_t at = part * kLanes; at < feature_stride; at += kBlock) {
      V x[kIn];
      for (size_t i = 0; i < kIn; ++i) x[i] = LoadAt(inputs + i * feature_stride + at);
      for (size_t o = 0; o < kOut; ++o) {
        const V g = LoadAt(outputs + o * feature_stride + at);
        for (size_t i = 0; i < kIn; ++i) sum[o * kIn + i] = hn::MulAdd(g, x[i], sum[o * kIn + i]);
      }
    }
    for (size_t k = 0; k < kOut * kIn; ++k) {
      hn::Store(sum[k], D(), sums + k * kBlock + part * kLanes);
    }
  }
  for (size_t o = 0; o < kOut; ++o, to += to_stride) {
    const float* from = sums + o * kIn * kBlock;
    if constexpr (kIn == 4) {
      SumImagesOfFour(from, to);
    } else {
      for (size_t i = 0; i < kIn; ++i) to[i] = SumImages(from + i * kBlock, kLanes);
    }
  }
}

template <size_t kOut>
HWY_INLINE void DenseGradientRows(const float* outputs, const float* inputs, size_t features,
                                  size_t blocks, float* to, size_t to_stride) {
  size_t i = 0;
  for (; i + 4 <= features; i += 4) {
    DenseGradientTile<kOut, 4>(outputs, inputs + i * blocks * kBlock, blocks, to + i, to_stride);
  }
  for (; i < features; ++i) {
    DenseGradientTile<kOut, 1>(outputs, inputs + i * blocks * kBlock, blocks, to + i, to_stride);
  }
}

void DenseGradient(const DenseBlocks& outputs, const DenseBlocks& inputs, size_t blocks,
                   size_t begin, size_t end, float* gradient) {
  constexpr size_t kInputsTogether = 32;  // stay in the first-level cache for all outputs
  const size_t feature_stride = blocks * kBlock;
  const auto memory = hwy::AllocateAligned<float>((end - begin + kInputsTogether) * feature_stride);
  float* const some_inputs = memory.get();
  float* const all_outputs = some_inputs + kInputsTogether * feature_stride;
  Gather(outputs, blocks, begin, end, all_outputs);
  for (size_t i = 0; i < inputs.features; i += kInputsTogether) {
    const size_t count = std::min(kInputsTogether, inputs.features - i);
    Gather(inputs, blocks, i, i + count, some_inputs);
    const auto rows = [&](auto kRows, size_t o) HWY_ATTR {
      DenseGradientRows<kRows()>(all_outputs + (o - begin) * feature_stride, some_inputs, count,
                                 blocks, gradient + o * inputs.features + i, inputs.features);
    };
    size_t o = begin;
    for (; o + 2 <= end; o += 2) rows(std::integral_constant<size_t, 2>(), o);
    if (o < end) rows(std::integral_constant<size_t, 1>(), o);
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genet::kernels {

HWY_EXPORT(Product);
HWY_EXPORT(DenseGradient);

void MultiplyBlocks(const BlockProduct& product, size_t begin, size_t end,
                    const DenseBlocks& inputs, size_t blocks, float* output, size_t output_stride) {
  HWY_DYNAMIC_DISPATCH(Product)(product, begin, end, inputs, blocks, output, output_stride);
}

void WeightGradient(const DenseBlocks& outputs, const DenseBlocks& inputs, size_t blocks,
                    size_t begin, size_t end, float* gradient) {
  HWY_DYNAMIC_DISPATCH(DenseGradient)(outputs, inputs, blocks, begin, end, gradient);
}

}  // namespace genet::kernels
#endif
