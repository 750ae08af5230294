#include "genet/kernels/convolution.h"

#include "genet/base/check.h"
#include "genet/kernels/convolution_algorithms.h"

namespace genet::kernels {

std::span<const ConvolutionAlgorithm* const> ConvolutionAlgorithms() {
  static constexpr const ConvolutionAlgorithm* kList[] = {&kTileConvolution, &kRowConvolution,
                                                          &kDirectConvolution};
  return kList;
}

const ConvolutionAlgorithm& ChooseConvolution(const ConvolutionShape& shape, bool every_product) {
  for (const ConvolutionAlgorithm* algorithm : ConvolutionAlgorithms()) {
    if (every_product && !algorithm->forms_every_product) continue;
    if (algorithm->serves(shape)) return *algorithm;
  }
  GENET_CHECK(false, "no algorithm for a convolution of {0}x{0}", shape.kernel);
}

}  // namespace genet::kernels
