#include "genet/kernels/dense.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/dense.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "genet/kernels/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

// kRows rows of the product; fixed order over k.
template <int kRows>
HWY_INLINE void ProductRows(const BlockProduct& p, size_t m, const float* input, float* output) {
  const D d;
  for (size_t part = 0; part < kParts; ++part) {
    V a = hn::Zero(d), b = a, c = a, e = a;
    const float* w = p.matrix + m * p.row_stride;
    const float* in = input + part * kLanes;
    for (size_t k = 0; k < p.columns; ++k, w += p.column_stride, in += kBlock) {
      const V x = LoadAt(in);
      a = hn::MulAdd(Broadcast(w), x, a);
      if (kRows > 1) b = hn::MulAdd(Broadcast(w + p.row_stride), x, b);
      if (kRows > 2) c = hn::MulAdd(Broadcast(w + 2 * p.row_stride), x, c);
      if (kRows > 3) e = hn::MulAdd(Broadcast(w + 3 * p.row_stride), x, e);
    }
    const auto put = [&](size_t row, V value) HWY_ATTR {
      if (p.bias != nullptr) value = hn::Add(value, Broadcast(p.bias + m + row));
      if (p.relu) value = hn::Max(value, hn::Zero(d));
      hn::Store(value, d, output + (m + row) * kBlock + part * kLanes);
    };
    put(0, a);
    if (kRows > 1) put(1, b);
    if (kRows > 2) put(2, c);
    if (kRows > 3) put(3, e);
  }
}

void Product(const BlockProduct& p, const float* input, float* output) {
  size_t m = 0;
  for (; m + 4 <= p.rows; m += 4) ProductRows<4>(p, m, input, output);
  for (; m < p.rows; ++m) ProductRows<1>(p, m, input, output);
}

void DenseGradient(const float* outputs, size_t output_count, size_t output_stride,
                   const float* inputs, size_t input_count, size_t input_stride, size_t blocks,
                   float* gradient) {
  HWY_ALIGN float sum[kBlock];
  for (size_t o = 0; o < output_count; ++o) {
    for (size_t i = 0; i < input_count; ++i) {
      for (size_t part = 0; part < kParts; ++part) {
        V total = hn::Zero(D());
        for (size_t block = 0; block < blocks; ++block) {
          total =
              hn::MulAdd(LoadAt(outputs + block * output_stride + o * kBlock + part * kLanes),
                         LoadAt(inputs + block * input_stride + i * kBlock + part * kLanes), total);
        }
        hn::Store(total, D(), sum + part * kLanes);
      }
      gradient[o * input_count + i] = SumImages(sum, kLanes);
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

void MultiplyBlock(const BlockProduct& product, const float* input, float* output) {
  HWY_DYNAMIC_DISPATCH(Product)(product, input, output);
}

void WeightGradient(const float* outputs, size_t output_count, size_t output_stride,
                    const float* inputs, size_t input_count, size_t input_stride, size_t blocks,
                    float* gradient) {
  HWY_DYNAMIC_DISPATCH(DenseGradient)
  (outputs, output_count, output_stride, inputs, input_count, input_stride, blocks, gradient);
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
