#include "genet/engine/cpu/gradient_plan.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>

#include "genet/base/random.h"

namespace genet {
namespace {

using ::testing::ElementsAre;

Network NetworkOf(const std::vector<std::vector<int>>& inputs, const std::vector<int>& sizes) {
  Network network;
  for (size_t i = 0; i < inputs.size(); ++i) {
    Layer& layer = network.layers.emplace_back();
    layer.inputs = inputs[i];
    layer.input = {sizes[i], 1, 1};
  }
  return network;
}

TEST(GradientPlan, AChainNeedsTwoPlaces) {
  const GradientPlan plan =
      PlanGradients(NetworkOf({{}, {0}, {1}, {2}, {3}, {4}}, {60, 50, 40, 30, 20, 10}));
  EXPECT_THAT(plan.place, ElementsAre(-1, -1, 1, 0, 1, 0));
  EXPECT_THAT(plan.values, ElementsAre(30, 40));
}

TEST(GradientPlan, NoGradientIsOverwrittenBeforeAllHaveReadIt) {
  for (int trial = 0; trial < 200; ++trial) {
    RandomStream random(RandomKey(5).Derive(trial));
    std::vector<std::vector<int>> inputs = {{}};
    std::vector<int> sizes = {1};
    const int layers = 3 + static_cast<int>(random.Below(20));
    for (int layer = 1; layer < layers; ++layer) {
      inputs.emplace_back();
      for (int from = 0; from < layer; ++from) {
        if (random.Bernoulli(0.3)) inputs.back().push_back(from);
      }
      if (inputs.back().empty()) inputs.back().push_back(layer - 1);
      sizes.push_back(1 + static_cast<int>(random.Below(100)));
    }
    const GradientPlan plan = PlanGradients(NetworkOf(inputs, sizes));

    std::vector<int> holds(plan.values.size(), -1);  // whose gradient lies in each place
    for (int layer = layers - 1; layer > 0; --layer) {
      for (int consumer = layer + 1; consumer < layers; ++consumer) {
        const bool reads = std::count(inputs[consumer].begin(), inputs[consumer].end(), layer) > 0;
        if (!reads) continue;
        ASSERT_EQ(holds[plan.place[consumer]], consumer) << trial;
      }
      const int place = plan.place[layer];
      ASSERT_EQ(place == -1, inputs[layer] == std::vector<int>{0});
      if (place == -1) continue;
      ASSERT_GE(plan.values[place], sizes[layer]);
      // Written while those of the consumers are read.
      for (int consumer = layer + 1; consumer < layers; ++consumer) {
        const bool reads = std::count(inputs[consumer].begin(), inputs[consumer].end(), layer) > 0;
        if (!reads) continue;
        ASSERT_NE(plan.place[consumer], place) << trial;
      }
      holds[place] = layer;
    }
  }
}

}  // namespace
}  // namespace genet
