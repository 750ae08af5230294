// A base network made wider or narrower.
#pragma once

#include "genet/network/base_network.h"

namespace genet {

// Multiplies the channels of every convolution and the features of every fully-connected layer but
// the last by `factor` > 0, rounded, at least 1.
BaseNetwork WithWidth(BaseNetwork base, double factor);

}  // namespace genet
