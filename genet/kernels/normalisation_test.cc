#include "genet/kernels/normalisation.h"

#include <gtest/gtest.h>

#include "genet/kernels/convolution_workload.h"
#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

TEST(Normalisation, SumsAreThePlainSums) {
  for (const ConvolutionCase& test : DirectCases()) {
    SCOPED_TRACE(test.text());
    const ConvolutionWorkload workload(test, 5);
    const plain::Values sums =
        plain::NormalisationSums(workload.Gradient(*workload.blocks()[0]),
                                 workload.shape().out_channels, workload.output_pixels());
    ExpectOnEveryTarget({{"normalisation sums", sums, kTolerance}},
                        [&] { return workload.RunSums(); });
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace genet::kernels
