#include "genet/engine/torch/torch_engine.h"

#include <dlfcn.h>

#include "genet/base/version.h"
#include "genet/engine/torch/torch_plugin.h"

namespace genet {
namespace {

struct Loading {
  const TorchPlugin* plugin = nullptr;
  std::string problem;  // if there is none
};

Loading Load() {
  void* library = ::dlopen(kTorchPluginFile, RTLD_NOW | RTLD_LOCAL);
  void* symbol = library == nullptr ? nullptr : ::dlsym(library, kTorchPluginSymbol);
  if (symbol == nullptr) return {nullptr, ::dlerror()};
  const auto* plugin = static_cast<const TorchPlugin*>(symbol);
  if (plugin->genet_version != Version()) {
    return {nullptr, fmt::format("{} is of genet {}, this is {}", kTorchPluginFile,
                                 plugin->genet_version, Version())};
  }
  return {plugin, ""};
}

const Loading& Loaded() {
  static const Loading loading = Load();
  return loading;
}

auto NoEngine() {
  return UsageError(
      "engine torch cannot be loaded ({}); build genet with -DGENET_TORCH=ON (docs/torch.md), or "
      "take engine cpu",
      Loaded().problem);
}

}  // namespace

std::string TorchVersion() {
  const TorchPlugin* plugin = Loaded().plugin;
  return plugin == nullptr ? "" : plugin->version();
}

Status CheckTorchDevice(const std::string& device) {
  const TorchPlugin* plugin = Loaded().plugin;
  if (plugin == nullptr) return NoEngine();
  return plugin->check_device(device);
}

Result<std::unique_ptr<Engine>> MakeTorchEngine(const Network& network,
                                                const InputTransform& transform,
                                                const TorchEngineOptions& options) {
  const TorchPlugin* plugin = Loaded().plugin;
  if (plugin == nullptr) return NoEngine();
  return plugin->make(network, transform, options);
}

}  // namespace genet
