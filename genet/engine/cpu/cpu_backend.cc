#include "genet/engine/cpu/cpu_backend.h"

#include "genet/engine/cpu/cpu_engine.h"

namespace genet {
namespace {

constexpr std::string_view kWinograd = "winograd", kDirect = "direct";

Result<std::unique_ptr<Engine>> Make(const Network& network, const InputTransform& transform,
                                     const EngineSettings& settings,
                                     const EngineResources& resources) {
  const bool direct = settings.arithmetic == kDirect;
  return MakeCpuEngine(network, transform,
                       {.max_batch = resources.batch,
                        .threads = resources.threads,
                        .arithmetic = direct ? Arithmetic::kDirect : Arithmetic::kWinograd,
                        .profile = resources.profile});
}

}  // namespace

EngineBackend CpuBackend() {
  return {.name = "cpu",
          .summary = "GeNet's own, for this machine's processor",
          .settings = {{"arithmetic", {kWinograd, kDirect}}},
          .least_bytes = LeastCpuBytes,
          .make = Make};
}

}  // namespace genet
