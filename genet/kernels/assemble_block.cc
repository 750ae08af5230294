#include "genet/kernels/assemble_block.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/assemble_block.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "genet/kernels/vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

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

HWY_EXPORT(Assemble);

void AssembleBlock(const uint8_t* const* images, int channels, int pixels, const float* scale,
                   const float* offset, float* to) {
  HWY_DYNAMIC_DISPATCH(Assemble)(images, channels, pixels, scale, offset, to);
}

}  // namespace genet::kernels
#endif
