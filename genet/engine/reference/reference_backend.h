// What the program knows of the reference engine: it can be chosen as any other, to look into what
// another computes; whole programs are tested with it where there is no LibTorch.
#pragma once

#include "genet/engine/backend.h"

namespace genet {

// On one thread, whatever it is given.
EngineBackend ReferenceBackend();

}  // namespace genet
