#include "genet/engine/cpu/sums_plan.h"

#include <gmock/gmock.h>

namespace genet {
namespace {

using ::testing::ElementsAre;
using Kind = LayerOperation::Kind;

constexpr Kind kImages = Kind::kImages, kConvolution = Kind::kConvolution, kPool = Kind::kMaxPool,
               kFull = Kind::kFullyConnected;

struct Item {
  Kind kind;
  std::vector<int> inputs;
};

Network NetworkOf(const std::vector<Item>& items) {
  Network network;
  for (const Item& item : items) {
    Layer& layer = network.layers.emplace_back();
    layer.operation.kind = item.kind;
    layer.inputs = item.inputs;
  }
  return network;
}

TEST(SumsPlan, TheConsumerThatGoesBackLastTakesTheSums) {
  // Layer 1 feeds 2, 3 and 4; backward passes go from the last layer to the first.
  const Network network = NetworkOf({{kImages, {}},
                                     {kConvolution, {0}},
                                     {kConvolution, {1}},
                                     {kConvolution, {1}},
                                     {kConvolution, {1, 2, 3}},
                                     {kPool, {4}},
                                     {kFull, {5}}});
  EXPECT_THAT(PlanSums(network, {false, true, true, true, true, true, false}),
              ElementsAre(-1, 2, 4, 4, 5, -1, -1));
}

TEST(SumsPlan, AConvolutionTakesItsOwnSumsWhereItsLastConsumerCannot) {
  const Network network = NetworkOf({{kImages, {}},
                                     {kConvolution, {0}},
                                     {kConvolution, {1}},
                                     {kConvolution, {1, 2}},
                                     {kFull, {3}}});
  // Layer 3 could take the sums of layer 1, but layer 2 writes the gradient's last part.
  EXPECT_THAT(PlanSums(network, {false, true, false, true, false}), ElementsAre(-1, 1, 2, 3, -1));
}

TEST(SumsPlan, AConvolutionWhoseThreadsShareBlocksTakesItsOwnSums) {
  const Network network =
      NetworkOf({{kImages, {}}, {kConvolution, {0}}, {kPool, {1}}, {kFull, {2}}});
  EXPECT_THAT(PlanSums(network, {false, false, true, false}), ElementsAre(-1, 1, -1, -1));
}

}  // namespace
}  // namespace genet
