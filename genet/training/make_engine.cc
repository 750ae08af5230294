#include "genet/training/make_engine.h"

#include "genet/base/memory.h"
#include "genet/engine/torch/torch_engine.h"

namespace genet {

Status CheckEngine(const EngineSettings& settings, const std::vector<std::string>& devices) {
  GENET_TRY(CheckEngineSettings(settings));
  for (const std::string& device : devices) {
    if (settings.name == "torch") {
      GENET_TRY(CheckTorchDevice(device));
    } else if (device != "cpu") {
      return UsageError("device '{}' needs engine torch; engine {} has cpu only", device,
                        settings.name);
    }
  }
  return {};
}

std::string LibraryOf(const EngineSettings& settings) {
  const std::string version = settings.name == "torch" ? TorchVersion() : "";
  return version.empty() ? "" : "LibTorch " + version;
}

CpuEngineOptions CpuOptions(const EngineSettings& settings, const EngineWork& work) {
  return {
      .max_batch = work.batch,
      .threads = work.threads,
      .arithmetic = settings.arithmetic == "direct" ? Arithmetic::kDirect : Arithmetic::kWinograd};
}

double LeastMemoryBytes(const Network& network, const EngineSettings& settings, int images) {
  return settings.name == "cpu" ? static_cast<double>(LeastCpuBytes(network, images)) : 0;
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
                                           const EngineSettings& settings, const EngineWork& work) {
  GENET_TRY(CheckEngine(settings, {work.device}));
  if (settings.name == "torch") {
    return MakeTorchEngine(network, transform,
                           {.max_batch = work.batch,
                            .device = work.device,
                            .threads = work.threads,
                            .channels_last = settings.channels_last,
                            .bfloat16 = settings.bfloat16});
  }
  GENET_TRY(CheckMemory(LeastMemoryBytes(network, settings, work.batch), work.batch));
  return MakeCpuEngine(network, transform, CpuOptions(settings, work));
}

}  // namespace genet
