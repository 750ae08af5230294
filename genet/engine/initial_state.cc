#include <cmath>

#include "genet/base/check.h"
#include "genet/engine/engine.h"

namespace genet {
namespace {

// He: variance 2 / fan-in keeps the scale of activations through ReLU layers.
double HeDeviation(const TensorSpec& spec) {
  return std::sqrt(2.0 / static_cast<double>(spec.size() / spec.shape[0]));
}

std::vector<float> Constant(const TensorSpec& spec, float value) {
  return std::vector<float>(static_cast<size_t>(spec.size()), value);
}

std::vector<float> Normal(const TensorSpec& spec, double deviation, RandomKey key) {
  std::vector<float> values = Constant(spec, 0);
  RandomStream stream(key);
  for (float& value : values) value = static_cast<float>(deviation * stream.Normal());
  return values;
}

std::vector<float> StartValues(const TensorSpec& spec, RandomKey key, double fc_deviation) {
  switch (spec.start) {
    case TensorSpec::Start::kZero:
      return Constant(spec, 0);
    case TensorSpec::Start::kOne:
      return Constant(spec, 1);
    case TensorSpec::Start::kHeNormal:
      return Normal(spec, HeDeviation(spec), key);
    case TensorSpec::Start::kNormal:
      return Normal(spec, fc_deviation == 0 ? HeDeviation(spec) : fc_deviation, key);
  }
  GENET_CHECK(false, "unknown start of {}", spec.name);
}

}  // namespace

TensorMap InitialState(const Network& network, RandomKey key, double fc_deviation) {
  TensorMap state;
  for (const Layer& layer : network.layers) {
    for (const TensorSpec& spec : layer.tensors()) {
      const std::string name = layer.name + "." + spec.name;
      state[name] = {spec.shape, StartValues(spec, key.Derive(name), fc_deviation)};
      if (spec.learnt()) state["momentum." + name] = {spec.shape, Constant(spec, 0)};
    }
  }
  return state;
}

}  // namespace genet
