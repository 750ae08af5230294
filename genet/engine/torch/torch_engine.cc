#include "genet/engine/torch/torch_engine.h"

#include "genet/base/library.h"
#include "genet/base/version.h"
#include "genet/engine/torch/torch_plugin.h"

namespace genet {
namespace {

Result<const TorchPlugin*> LoadPlugin() {
  GENET_ASSIGN(void* symbol, LoadSymbol(kTorchPluginFile, kTorchPluginSymbol));
  const auto* plugin = static_cast<const TorchPlugin*>(symbol);
  if (plugin->genet_version != Version()) {
    return Failure("{} is of genet {}, this is {}", kTorchPluginFile, plugin->genet_version,
                   Version());
  }
  return plugin;
}

Result<const TorchPlugin*> Plugin() {
  static const Result<const TorchPlugin*> plugin = LoadPlugin();
  if (plugin) return plugin;
  return UsageError(
      "engine torch cannot be loaded ({}); build genet with -DGENET_TORCH=ON (docs/torch.md), or "
      "take engine cpu",
      plugin.error().message);
}

}  // namespace

std::string TorchVersion() {
  const Result<const TorchPlugin*> plugin = Plugin();
  return plugin ? (*plugin)->version() : "";
}

Status CheckTorchDevice(const std::string& device) {
  GENET_ASSIGN(const TorchPlugin* plugin, Plugin());
  return plugin->check_device(device);
}

Result<std::unique_ptr<Engine>> MakeTorchEngine(const Network& network,
                                                const InputTransform& transform,
                                                const TorchEngineOptions& options) {
  GENET_ASSIGN(const TorchPlugin* plugin, Plugin());
  return plugin->make(network, transform, options);
}

}  // namespace genet
