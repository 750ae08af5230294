// A learnable tensor with what the optimiser needs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "genet/network/network.h"

namespace genet {

struct Parameter {
  std::string name;
  std::vector<int64_t> shape;
  bool decays = false;  // weights decay; biases and batch-norm parameters do not
  std::vector<float> value, gradient, momentum;

  // `tensor` is one of the layer's, such as "bias"; all values are 0.
  Parameter(const Layer& layer, std::string_view tensor) {
    const TensorSpec spec = layer.tensor(tensor);
    name = layer.name + "." + spec.name;
    shape = spec.shape;
    decays = spec.use == TensorSpec::Use::kWeight;
    for (auto* values : {&value, &gradient, &momentum}) {
      values->assign(static_cast<size_t>(spec.size()), 0);
    }
  }
};

}  // namespace genet
