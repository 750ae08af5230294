#include "genet/kernels/dense.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/dense.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "genet/kernels/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// Rows and columns of the matrix that are worked through together: a piece of a column-major matrix
// must stay in the first-level cache until all of its lines are used up.
constexpr size_t kStripe = 16, kDepth = 128;
// Rows of a register tile: eight accumulators at any vector width.
constexpr size_t kTileRows = kParts <= 2 ? 8 / kParts : 2;

// Columns [begin, end) of kRows rows, added to partial[row][16]; fixed order over columns.
template <size_t kRows>
HWY_INLINE void ProductTile(const BlockProduct& p, size_t m, size_t begin, size_t end,
                            const float* HWY_RESTRICT input, float* HWY_RESTRICT partial) {
  V sum[kRows * kParts];
  for (size_t i = 0; i < kRows * kParts; ++i) sum[i] = LoadAt(partial + i * kLanes);
  const float* HWY_RESTRICT w = p.matrix + m * p.row_stride + begin * p.column_stride;
  const float* HWY_RESTRICT in = input + begin * kBlock;
  for (size_t k = begin; k < end; ++k, w += p.column_stride, in += kBlock) {
    V x[kParts];
    for (size_t part = 0; part < kParts; ++part) x[part] = LoadAt(in + part * kLanes);
    for (size_t row = 0; row < kRows; ++row) {
      const V weight = Broadcast(w + row * p.row_stride);
      for (size_t part = 0; part < kParts; ++part) {
        V& to = sum[row * kParts + part];
        to = hn::MulAdd(weight, x[part], to);
      }
    }
  }
  for (size_t i = 0; i < kRows * kParts; ++i) hn::Store(sum[i], D(), partial + i * kLanes);
}

void Product(const BlockProduct& p, size_t begin, size_t end, const float* input, float* output) {
  const D d;
  HWY_ALIGN float partial[kStripe * kBlock];
  for (size_t m = begin; m < end; m += kStripe) {
    const size_t rows = std::min(kStripe, end - m);
    Zero(partial, rows * kBlock);
    for (size_t k = 0; k < p.columns; k += kDepth) {
      const size_t k_end = std::min(p.columns, k + kDepth);
      size_t row = 0;
      for (; row + kTileRows <= rows; row += kTileRows) {
        ProductTile<kTileRows>(p, m + row, k, k_end, input, partial + row * kBlock);
      }
      for (; row < rows; ++row) {
        ProductTile<1>(p, m + row, k, k_end, input, partial + row * kBlock);
      }
    }
    for (size_t row = 0; row < rows; ++row) {
      for (size_t part = 0; part < kParts; ++part) {
        V value = LoadAt(partial + row * kBlock + part * kLanes);
        if (p.bias != nullptr) value = hn::Add(value, Broadcast(p.bias + m + row));
        if (p.relu) value = hn::Max(value, hn::Zero(d));
        hn::Store(value, d, output + (m + row) * kBlock + part * kLanes);
      }
    }
  }
}

// kOut by kIn weights from output o and input i on.
template <size_t kOut, size_t kIn>
HWY_INLINE void DenseGradientTile(const DenseBlocks& outputs, const DenseBlocks& inputs,
                                  size_t blocks, size_t o, size_t i, float* gradient) {
  HWY_ALIGN float sums[kOut * kIn * kBlock];
  for (size_t part = 0; part < kParts; ++part) {
    V sum[kOut * kIn];
    for (V& value : sum) value = hn::Zero(D());
    const float* out = outputs.values + o * kBlock + part * kLanes;
    const float* in = inputs.values + i * kBlock + part * kLanes;
    for (size_t block = 0; block < blocks; ++block) {
      V x[kIn];
      for (size_t j = 0; j < kIn; ++j) x[j] = LoadAt(in + j * kBlock);
      for (size_t k = 0; k < kOut; ++k) {
        const V g = LoadAt(out + k * kBlock);
        for (size_t j = 0; j < kIn; ++j) sum[k * kIn + j] = hn::MulAdd(g, x[j], sum[k * kIn + j]);
      }
      out += outputs.block_stride;
      in += inputs.block_stride;
    }
    for (size_t k = 0; k < kOut * kIn; ++k) {
      hn::Store(sum[k], D(), sums + k * kBlock + part * kLanes);
    }
  }
  for (size_t k = 0; k < kOut; ++k) {
    for (size_t j = 0; j < kIn; ++j) {
      gradient[(o + k) * inputs.features + i + j] =
          SumImages(sums + (k * kIn + j) * kBlock, kLanes);
    }
  }
}

void DenseGradient(const DenseBlocks& outputs, const DenseBlocks& inputs, size_t blocks,
                   size_t begin, size_t end, float* gradient) {
  size_t o = begin;
  for (; o + 4 <= end; o += 4) {
    size_t i = 0;
    for (; i + 2 <= inputs.features; i += 2) {
      DenseGradientTile<4, 2>(outputs, inputs, blocks, o, i, gradient);
    }
    if (i < inputs.features) DenseGradientTile<4, 1>(outputs, inputs, blocks, o, i, gradient);
  }
  for (; o < end; ++o) {
    for (size_t i = 0; i < inputs.features; ++i) {
      DenseGradientTile<1, 1>(outputs, inputs, blocks, o, i, gradient);
    }
  }
}

void SumSourcesBlock(const SourceSum& input, int channels, int pixels, float* to) {
  for (int c = 0; c < channels; ++c) {
    const size_t offset = size_t(c) * pixels * kBlock;
    for (int x = 0; x < pixels; ++x) {
      // One pixel at a time, because rows of several parts are not interleaved.
      SumRow(input, offset + x * kBlock, c, 1, to + offset + x * kBlock, kLanes);
    }
  }
}

void Assemble(const uint8_t* const* images, int channels, int pixels, const float* scale,
              const float* offset, float* to) {
  const D d;
  const hn::Rebind<uint8_t, D> d8;
  const hn::Rebind<int32_t, D> d32;
  alignas(64) uint8_t column[kBlock] = {};
  HWY_ALIGN float mask[kBlock];
  for (size_t i = 0; i < kBlock; ++i) mask[i] = images[i] != nullptr ? 1.0f : 0.0f;
  for (int c = 0; c < channels; ++c) {
    const V s = Broadcast(scale + c), o = Broadcast(offset + c);
    for (int x = 0; x < pixels; ++x) {
      const size_t at = size_t(c) * pixels + x;
      for (size_t i = 0; i < kBlock; ++i) column[i] = images[i] != nullptr ? images[i][at] : 0;
      for (size_t part = 0; part < kParts; ++part) {
        const auto bytes = hn::Load(d8, column + part * kLanes);
        const V value = hn::ConvertTo(d, hn::PromoteTo(d32, bytes));
        hn::Store(hn::Mul(hn::MulAdd(value, s, o), LoadAt(mask + part * kLanes)), d,
                  to + at * kBlock + part * kLanes);
      }
    }
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genet::kernels {

HWY_EXPORT(Product);
HWY_EXPORT(DenseGradient);
HWY_EXPORT(SumSourcesBlock);
HWY_EXPORT(Assemble);

void MultiplyBlock(const BlockProduct& product, size_t begin, size_t end, const float* input,
                   float* output) {
  HWY_DYNAMIC_DISPATCH(Product)(product, begin, end, input, output);
}

void WeightGradient(const DenseBlocks& outputs, const DenseBlocks& inputs, size_t blocks,
                    size_t begin, size_t end, float* gradient) {
  HWY_DYNAMIC_DISPATCH(DenseGradient)(outputs, inputs, blocks, begin, end, gradient);
}

void SumSources(const SourceSum& input, int channels, int pixels, float* to) {
  HWY_DYNAMIC_DISPATCH(SumSourcesBlock)(input, channels, pixels, to);
}

void AssembleBlock(const uint8_t* const* images, int channels, int pixels, const float* scale,
                   const float* offset, float* to) {
  HWY_DYNAMIC_DISPATCH(Assemble)(images, channels, pixels, scale, offset, to);
}

}  // namespace genet::kernels
#endif
