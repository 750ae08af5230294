#include "genet/engine/backends/make_engine.h"

#include <fmt/ranges.h>

#include "genet/base/memory.h"
#include "genet/engine/backends/backends.h"

namespace genet {
namespace {

Status CheckProcessor(const std::string& device, const EngineBackend& backend) {
  if (device == kProcessor) return {};
  std::vector<std::string_view> others;
  for (const EngineBackend& other : EngineBackends()) {
    if (other.check_device != nullptr) others.push_back(other.name);
  }
  return UsageError("device '{}' needs engine {}; engine {} has {} only", device,
                    fmt::join(others, " or "), backend.name, kProcessor);
}

}  // namespace

Status CheckEngine(const EngineSettings& settings, const std::vector<std::string>& devices) {
  GENET_TRY(CheckEngineSettings(settings));
  const EngineBackend& backend = BackendOf(settings);
  for (const std::string& device : devices) {
    GENET_TRY(backend.check_device != nullptr ? backend.check_device(device)
                                              : CheckProcessor(device, backend));
  }
  return {};
}

std::string LibraryOf(const EngineSettings& settings) {
  const EngineBackend& backend = BackendOf(settings);
  return backend.library != nullptr ? backend.library() : "";
}

double LeastMemoryBytes(const Network& network, const EngineSettings& settings, int images) {
  const EngineBackend& backend = BackendOf(settings);
  return backend.least_bytes != nullptr ? static_cast<double>(backend.least_bytes(network, images))
                                        : 0;
}

Status CheckMemory(double needed, int images, int networks) {
  const auto there = static_cast<double>(MachineMemoryBytes());
  if (needed <= there) return {};
  const bool one = networks == 1;
  return UsageError(
      "{} images at once {}take about {:.0f} GB, this machine has {:.0f}; use {}a smaller --batch, "
      "or --micro-batch, which passes a batch in parts",
      images, one ? "" : fmt::format("for each of {} networks ", networks), needed * 1e-9,
      there * 1e-9, one ? "" : "fewer --workers, ");
}

Result<std::unique_ptr<Engine>> MakeEngine(const Network& network, const InputTransform& transform,
                                           const EngineSettings& settings,
                                           const EngineResources& resources) {
  GENET_TRY(CheckEngine(settings, {resources.device}));
  GENET_TRY(CheckMemory(LeastMemoryBytes(network, settings, resources.batch), resources.batch));
  return BackendOf(settings).make(network, transform, settings, resources);
}

}  // namespace genet
