#include "genet/benchmark/flops.h"

#include <vector>

namespace genet {

int64_t TrainingFlops(const Network& network) {
  std::vector<bool> learns(network.layers.size());  // the layer or something before it
  int64_t multiply_adds = 0;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    bool input_learns = false;
    for (const int input : layer.inputs) input_learns = input_learns || learns[input];
    multiply_adds += layer.multiply_adds() * (input_learns ? 3 : 2);
    learns[i] = input_learns || layer.parameters() > 0;
  }
  return 2 * multiply_adds;
}

int64_t ForwardFlops(const Network& network) {
  int64_t multiply_adds = 0;
  for (const Layer& layer : network.layers) multiply_adds += layer.multiply_adds();
  return 2 * multiply_adds;
}

}  // namespace genet
