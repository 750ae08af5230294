// A learnable tensor with what the optimiser needs.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace genet {

struct Parameter {
  std::string name;
  std::vector<int64_t> shape;
  bool decays = false;  // weights decay; biases and batch-norm parameters do not
  std::vector<float> value, gradient, momentum;

  void Resize(std::string full_name, std::vector<int64_t> dimensions, bool weight) {
    name = std::move(full_name);
    shape = std::move(dimensions);
    decays = weight;
    size_t size = 1;
    for (const int64_t n : shape) size *= n;
    value.assign(size, 0);
    gradient.assign(size, 0);
    momentum.assign(size, 0);
  }
};

}  // namespace genet
