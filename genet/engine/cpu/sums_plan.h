// Which layer takes the batch-norm sums of each convolution's gradient.
//
// Before a convolution can form the gradient of its z, it needs two sums over the gradient of its
// activation (kernels/normalisation.h). That gradient is complete once the last of its consumers
// has written its part, and then lies in the cache: so that consumer takes the sums on the way, if
// it can. Else the convolution reads the gradient once more, in a pass of its own.
#pragma once

#include <vector>

#include "genet/network/network.h"

namespace genet {

// For each layer the index of the one that takes its sums: a consumer, or the layer itself by a
// pass of its own; -1 if it has no batch normalisation. `completes[i]`: layer i's backward pass can
// take the sums of its inputs.
std::vector<int> PlanSums(const Network& network, const std::vector<bool>& completes);

}  // namespace genet
