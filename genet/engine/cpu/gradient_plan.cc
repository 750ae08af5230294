#include "genet/engine/cpu/gradient_plan.h"

#include <algorithm>

namespace genet {
namespace {

// For each layer those whose gradient it is the last to read.
std::vector<std::vector<int>> LastReadBy(const Network& network) {
  std::vector<std::vector<int>> last(network.layers.size());
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const std::vector<int>& inputs = network.layers[i].inputs;
    if (inputs.empty()) continue;
    last[*std::min_element(inputs.begin(), inputs.end())].push_back(static_cast<int>(i));
  }
  return last;
}

}  // namespace

bool WantsInputGradient(const Layer& layer) {
  return std::any_of(layer.inputs.begin(), layer.inputs.end(),
                     [](int input) { return input != 0; });  // layer 0 is the images
}

GradientPlan PlanGradients(const Network& network) {
  const int layers = static_cast<int>(network.layers.size());
  GradientPlan plan{.place = std::vector<int>(layers, -1), .values = {}};
  const std::vector<std::vector<int>> last_read = LastReadBy(network);
  std::vector<int> free;
  for (int layer = layers - 1; layer >= 0; --layer) {
    if (WantsInputGradient(network.layers[layer])) {
      if (free.empty()) {
        free.push_back(static_cast<int>(plan.values.size()));
        plan.values.push_back(0);
      }
      // The one that became free last is the one most likely to be in a cache.
      const int place = free.back();
      free.pop_back();
      plan.place[layer] = place;
      plan.values[place] = std::max(plan.values[place], network.layers[layer].input.size());
    }
    for (const int read : last_read[layer]) {
      if (plan.place[read] >= 0) free.push_back(plan.place[read]);
    }
  }
  return plan;
}

}  // namespace genet
