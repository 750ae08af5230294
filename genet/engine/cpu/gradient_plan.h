// Where the gradients lie that layers pass back. Most live for a few layers only: they share memory
// with others that live before or after them, which then is mostly still in a cache.
#pragma once

#include <cstdint>
#include <vector>

#include "genet/network/network.h"

namespace genet {

// Whether a gradient with respect to the layer's input is asked for: the images need none.
bool WantsInputGradient(const Layer& layer);

struct GradientPlan {
  std::vector<int> place;       // of each layer's input gradient; -1 if none is asked for
  std::vector<int64_t> values;  // of each place, for one image
};

// A layer's input gradient is written by its backward pass and read by those of its inputs, which
// follow in the opposite order of the layers.
GradientPlan PlanGradients(const Network& network);

}  // namespace genet
