// What a build without LibTorch has in place of its engine.
#include "genet/engine/torch/torch_engine.h"

namespace genet {

std::string TorchVersion() { return ""; }

Status CheckTorchDevice(const std::string&) {
  return UsageError(
      "engine torch is not in this build of genet; build it with -DGENET_TORCH=ON (docs/torch.md), "
      "or "
      "take engine cpu");
}

Result<std::unique_ptr<Engine>> MakeTorchEngine(const Network&, const InputTransform&,
                                                const TorchEngineOptions& options) {
  return tl::unexpected(CheckTorchDevice(options.device).error());
}

}  // namespace genet
