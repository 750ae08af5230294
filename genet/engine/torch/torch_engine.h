// The engine on LibTorch: any device that LibTorch knows. Same network, start, order of images,
// dropout masks and schedule as the CPU engine; sums are LibTorch's, so results agree to rounding
// and bits may depend on device, threads and version. It has been run on LibTorch's CPU device
// only, never on a GPU. It is loaded from libgenet_torch.so (plugin/) when one of these functions
// is first called; where that is not to be found they say so.
#pragma once

#include <memory>
#include <string>

#include "genet/engine/engine.h"

namespace genet {

struct TorchEngineOptions {
  int max_batch = 128;         // images
  std::string device = "cpu";  // "cuda:1"
  int threads = 1;             // of the CPU device; holds for the whole process
  bool channels_last = false;  // layout of activations and convolution weights
  // Products of convolutions and fully-connected layers in bfloat16; all else in single precision.
  bool bfloat16 = false;
};

// "1.13.1"; empty if the engine cannot be loaded.
std::string TorchVersion();

// A usage error, which lists the devices that there are, if `device` is none of them or the
// engine cannot be loaded. Asks for their number only and leaves them as they are.
Status CheckTorchDevice(const std::string& device);

// A usage error if the device is not there or cannot be used. Not thread-safe: one caller at a
// time.
Result<std::unique_ptr<Engine>> MakeTorchEngine(const Network& network,
                                                const InputTransform& transform,
                                                const TorchEngineOptions& options);

}  // namespace genet
