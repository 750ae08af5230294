#include "genet/engine/torch/torch_backend.h"

#include "genet/engine/plugin.h"

namespace genet {
namespace {

Result<const EnginePlugin*> Plugin() {
  static const Result<const EnginePlugin*> plugin =
      LoadEnginePlugin(kTorchPluginFile, kTorchPluginSymbol);
  if (plugin) return plugin;
  return UsageError(
      "engine torch cannot be loaded ({}); build genet with -DGENET_TORCH=ON (docs/torch.md), or "
      "take another engine",
      plugin.error().message);
}

std::string Library() {
  const Result<const EnginePlugin*> plugin = Plugin();
  return plugin ? "LibTorch " + (*plugin)->version() : "";
}

Status CheckDevice(const std::string& device) {
  GENET_ASSIGN(const EnginePlugin* plugin, Plugin());
  return plugin->check_device(device);
}

Result<std::unique_ptr<Engine>> Make(const Network& network, const InputTransform& transform,
                                     const EngineSettings& settings,
                                     const EngineResources& resources) {
  GENET_ASSIGN(const EnginePlugin* plugin, Plugin());
  return plugin->make(network, transform, settings, resources);
}

}  // namespace

EngineBackend TorchBackend() {
  return {.name = "torch",
          .summary = "LibTorch, if it was there when genet was built, for the devices that it has",
          .settings = {{"channels-last"}, {"bfloat16"}},
          .device_example = "cuda:0",
          .check_device = CheckDevice,
          .library = Library,
          .make = Make};
}

}  // namespace genet
