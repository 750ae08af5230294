// Floating-point operations of a training step, for comparison with a processor's peak.
#pragma once

#include <cstdint>

#include "genet/network/network.h"

namespace genet {

// Of one image: two for each multiply-add of convolutions and fully-connected layers, forward, for
// the gradient of the weights and, where something before the layer learns, for the gradient of its
// input. Convolutions count as computed directly, whatever arithmetic the engine uses; batch
// normalisation, pooling and the update are not counted.
int64_t TrainingFlops(const Network& network);
// The forward part of it.
int64_t ForwardFlops(const Network& network);

}  // namespace genet
