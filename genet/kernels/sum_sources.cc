#include "genet/kernels/sum_sources.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/sum_sources.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "genet/kernels/rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

void SumSourcesBlock(const SourceSum& input, int channels, int pixels, float* to) {
  for (int c = 0; c < channels; ++c) {
    const size_t offset = size_t(c) * pixels * kBlock;
    for (int x = 0; x < pixels; ++x) {
      // One pixel at a time, because rows of several parts are not interleaved.
      SumRow(input, offset + x * kBlock, c, 1, to + offset + x * kBlock, kLanes);
    }
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genet::kernels {

HWY_EXPORT(SumSourcesBlock);

void SumSources(const SourceSum& input, int channels, int pixels, float* to) {
  HWY_DYNAMIC_DISPATCH(SumSourcesBlock)(input, channels, pixels, to);
}

}  // namespace genet::kernels
#endif
