#include "genet/benchmark/flops.h"

#include <gtest/gtest.h>

#include "genet/genome/genome.h"

namespace genet {
namespace {

TEST(Flops, OnlyLayersOnTheImageSkipTheInputGradient) {
  // Two stages of one node: convolutions 3->4 on 8x8 and 4->5 on 4x4, then 5*2*2 -> 3.
  const BaseNetwork base = *ParseBaseNetwork("C3(P1)@4-MP2(S2)-C3(P1)@5-MP2(S2)-FC3");
  const Network network = *BuildNetwork(base, Genome(SearchSpace{{1, 1}}), Shape{3, 8, 8});
  const int64_t first = 9 * 3 * 4 * 64, second = 9 * 4 * 5 * 16, last = 20 * 3;
  EXPECT_EQ(TrainingFlops(network), 2 * (2 * first + 3 * second + 3 * last));
  EXPECT_EQ(ForwardFlops(network), 2 * (first + second + last));
}

}  // namespace
}  // namespace genet
