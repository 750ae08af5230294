// What libgenet_torch.so offers: engine torch is a library of its own, loaded when it is wanted, so
// that no other process pays for LibTorch (0.6 s and 140 MB).
#pragma once

#include <memory>
#include <string>

#include "genet/engine/torch/torch_engine.h"

namespace genet {

// Functions as in torch_engine.h.
struct TorchPlugin {
  const char* genet_version;  // Version() of its build: both sides must share their types
  std::string (*version)();
  Status (*check_device)(const std::string& device);
  Result<std::unique_ptr<Engine>> (*make)(const Network& network, const InputTransform& transform,
                                          const TorchEngineOptions& options);
};

constexpr const char* kTorchPluginFile = "libgenet_torch.so";
constexpr const char* kTorchPluginSymbol = "genet_torch_plugin";

}  // namespace genet
