// An engine that is a shared library of its own, loaded when it is wanted, so that no other process
// pays for what it is linked with (LibTorch: 0.6 s and 140 MB).
#pragma once

#include <memory>
#include <string>

#include "genet/base/error.h"
#include "genet/engine/backend.h"

namespace genet {

// What the library offers by name. Functions as in EngineBackend.
struct EnginePlugin {
  const char* genet_version;  // Version() of its build: both sides must share their types
  std::string (*version)();   // of what it is linked with: "1.13.1"
  Status (*check_device)(const std::string& device);
  Result<std::unique_ptr<Engine>> (*make)(const Network& network, const InputTransform& transform,
                                          const EngineSettings& settings,
                                          const EngineResources& resources);
};

// The EnginePlugin named `symbol` in the library `file`. The error says why there is none, or that
// the library is of another build. Safe to call from many threads.
Result<const EnginePlugin*> LoadEnginePlugin(const char* file, const char* symbol);

}  // namespace genet
