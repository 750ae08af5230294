// What the program knows of the CPU engine.
#pragma once

#include "genet/engine/backend.h"

namespace genet {

EngineBackend CpuBackend();

}  // namespace genet
