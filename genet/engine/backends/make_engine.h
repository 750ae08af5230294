// The engine that settings name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/engine/backend.h"

namespace genet {

// What MakeEngine would not take, before there is a network: settings that the engine does not
// take, an engine that this build does not have, devices that are not there. A usage error.
Status CheckEngine(const EngineSettings& settings, const std::vector<std::string>& devices);

// The library on whose version results depend beside GeNet's: "LibTorch 1.13.1"; empty if the
// engine needs none, or cannot load it.
std::string LibraryOf(const EngineSettings& settings);

// What a training with so many images at once holds of the machine's memory at least; 0 where the
// engine does not know.
double LeastMemoryBytes(const Network& network, const EngineSettings& settings, int images);

// A usage error if the machine has less memory than `needed` bytes, which so many networks at the
// same time take for so many images each: the kernel would kill a training, or another program,
// with no word of the batch.
Status CheckMemory(double needed, int images, int networks = 1);

// A usage error as CheckEngine's or CheckMemory's.
Result<std::unique_ptr<Engine>> MakeEngine(const Network& network, const InputTransform& transform,
                                           const EngineSettings& settings,
                                           const EngineResources& resources);

}  // namespace genet
