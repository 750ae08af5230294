// The engine on LibTorch: any device that LibTorch knows. Same network, start, order of images,
// dropout masks and schedule as the CPU engine; sums are LibTorch's, so results agree to rounding
// and bits may depend on device, threads and version. It has been run on LibTorch's CPU device
// only, never on a GPU. It is loaded from libgenet_torch.so (plugin/) when its backend is first
// asked something; where that is not to be found it says so.
#pragma once

#include "genet/engine/backend.h"

namespace genet {

// Its number of threads holds for the whole process. Checking a device asks for the number of
// devices only and leaves them as they are.
EngineBackend TorchBackend();

// Where the engine is, and the name of its EnginePlugin.
inline constexpr const char* kTorchPluginFile = "libgenet_torch.so";
inline constexpr const char* kTorchPluginSymbol = "genet_torch_plugin";

}  // namespace genet
