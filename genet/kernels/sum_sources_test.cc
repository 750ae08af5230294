#include "genet/kernels/sum_sources.h"

#include <gtest/gtest.h>

#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/sum_sources_workload.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

TEST(SumSources, IsThePlainSum) {
  for (const SumWorkload& work : SumWorkloads()) {
    SCOPED_TRACE(work.text());
    ExpectOnEveryTarget({{"sum", plain::Sum(work.input(), work.channels, work.pixels), kTolerance}},
                        [&] { return work.Run(); });
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace genet::kernels
