#include <cmath>

#include "genet/engine/engine.h"

namespace genet {
namespace {

Tensor Constant(std::vector<int64_t> shape, float value) {
  int64_t size = 1;
  for (const int64_t extent : shape) size *= extent;
  return Tensor{std::move(shape), std::vector<float>(static_cast<size_t>(size), value)};
}

// He: variance 2 / fan-in keeps the scale of activations through ReLU layers.
double HeDeviation(int64_t fan_in) { return std::sqrt(2.0 / static_cast<double>(fan_in)); }

void FillNormal(Tensor& tensor, double deviation, RandomKey key) {
  RandomStream stream(key);
  for (float& value : tensor.values) value = static_cast<float>(deviation * stream.Normal());
}

}  // namespace

TensorMap InitialState(const Network& network, RandomKey key, double fc_deviation) {
  TensorMap state;
  const auto add_learnable = [&state](const std::string& name, Tensor tensor) {
    state["momentum." + name] = Constant(tensor.shape, 0);
    state[name] = std::move(tensor);
  };
  for (const Layer& layer : network.layers) {
    if (layer.kind == Layer::Kind::kConvolution) {
      const int64_t in = layer.input.channels;
      const int64_t out = layer.output.channels;
      const int64_t kernel = layer.kernel;
      Tensor weight = Constant({out, in, kernel, kernel}, 0);
      const std::string name = layer.name + ".weight";
      FillNormal(weight, HeDeviation(in * kernel * kernel), key.Derive(name));
      add_learnable(name, std::move(weight));
      add_learnable(layer.name + ".bn.scale", Constant({out}, 1));
      add_learnable(layer.name + ".bn.shift", Constant({out}, 0));
      state[layer.name + ".bn.mean"] = Constant({out}, 0);
      state[layer.name + ".bn.variance"] = Constant({out}, 1);
    } else if (layer.kind == Layer::Kind::kFullyConnected) {
      const int64_t in = layer.input.size();
      const int64_t out = layer.output.channels;
      Tensor weight = Constant({out, in}, 0);
      const std::string name = layer.name + ".weight";
      FillNormal(weight, fc_deviation == 0 ? HeDeviation(in) : fc_deviation, key.Derive(name));
      add_learnable(name, std::move(weight));
      add_learnable(layer.name + ".bias", Constant({out}, 0));
    }
  }
  return state;
}

}  // namespace genet
