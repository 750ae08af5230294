// The first layers of a network, as a network of their own whose logits are an activation.
#pragma once

#include <string_view>

#include "genet/base/error.h"
#include "genet/network/network.h"

namespace genet {

struct TruncatedNetwork {
  Network network;
  // Logits are the activation before its ReLU: negative ones are to be taken as 0.
  bool relu = false;
  // The last layer is not the network's but an added fully-connected one, named LAYER.features,
  // that is to hold the identity.
  bool identity = false;
};

// The network up to `layer`. A fully-connected layer gives its outputs, any other layer its
// activation, flattened in the order channel, row, column. A usage error if there is no such layer
// (the error lists those worth taking) or its activation has more than 8192 values.
Result<TruncatedNetwork> TruncateAfter(const Network& network, std::string_view layer);

}  // namespace genet
