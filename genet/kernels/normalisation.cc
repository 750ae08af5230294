#include "genet/kernels/normalisation.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/normalisation.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "genet/kernels/normalisation-inl.h"

HWY_BEFORE_NAMESPACE();
namespace genet::kernels::HWY_NAMESPACE {

void NormalisationSumsBlock(const NormalisedGradient& gradient, int begin, int end, int pixels,
                            float* sums) {
  for (int c = begin; c < end; ++c) {
    Zero(sums + c * 2 * kBlock, 2 * kBlock);
    AddNormalisationSums({gradient, sums}, c, size_t(c) * pixels * kBlock, pixels);
  }
}

}  // namespace genet::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace genet::kernels {

HWY_EXPORT(NormalisationSumsBlock);

void NormalisationSums(const NormalisedGradient& gradient, int begin, int end, int pixels,
                       float* sums) {
  HWY_DYNAMIC_DISPATCH(NormalisationSumsBlock)(gradient, begin, end, pixels, sums);
}

}  // namespace genet::kernels
#endif
