#include "genet/engine/cpu/sums_plan.h"

#include "genet/base/check.h"

namespace genet {
namespace {

// Backward passes go from the last layer to the first.
int LastConsumerBackward(const Network& network, int layer) {
  for (int i = layer + 1; i < static_cast<int>(network.layers.size()); ++i) {
    for (const int input : network.layers[i].inputs) {
      if (input == layer) return i;
    }
  }
  GENET_CHECK(false, "nothing takes the output of {}", network.layers[layer].name);
}

}  // namespace

std::vector<int> PlanSums(const Network& network, const std::vector<bool>& completes) {
  const int layers = static_cast<int>(network.layers.size());
  std::vector<int> taker(layers, -1);
  for (int i = 0; i < layers; ++i) {
    if (network.layers[i].operation.kind != LayerOperation::Kind::kConvolution) continue;
    const int consumer = LastConsumerBackward(network, i);
    taker[i] = completes[i] && completes[consumer] ? consumer : i;
  }
  return taker;
}

}  // namespace genet
