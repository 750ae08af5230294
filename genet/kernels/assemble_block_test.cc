#include "genet/kernels/assemble_block.h"

#include <gtest/gtest.h>

#include "genet/kernels/assemble_block_workload.h"
#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

TEST(AssembleBlock, PutsImagesInLanesAndZeroWhereThereIsNone) {
  for (const AssemblyWorkload& work : AssemblyWorkloads()) {
    SCOPED_TRACE(work.text());
    plain::Values want;
    for (int at = 0; at < work.channels * work.pixels; ++at) {
      const int c = at / work.pixels;
      for (const uint8_t* image : work.lanes) {
        want.push_back(
            image == nullptr ? 0.0 : double(work.scale[c]) * image[at] + double(work.offset[c]));
      }
    }
    ExpectOnEveryTarget({{"block", want, kTolerance}}, [&] {
      std::vector<Floats> results = work.Run();
      for (size_t at = 0; at < want.size(); ++at) {
        if (work.lanes[at % kBlock] == nullptr) {
          EXPECT_EQ(results[0][at], 0.0f) << at;
        }
      }
      return results;
    });
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace genet::kernels
