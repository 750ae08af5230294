#include "genet/training/make_engine.h"

#include "genet/engine/cpu/cpu_engine.h"

namespace genet {

Result<std::unique_ptr<Engine>> MakeEngine(const Network& network, const InputTransform& transform,
                                           std::string_view arithmetic, int batch, int threads) {
  CpuEngineOptions options;
  options.max_batch = batch;
  options.threads = threads;
  if (arithmetic == "winograd") {
    options.arithmetic = Arithmetic::kWinograd;
  } else if (arithmetic == "direct") {
    options.arithmetic = Arithmetic::kDirect;
  } else {
    return UsageError("arithmetic is winograd or direct, not \"{}\"", arithmetic);
  }
  return MakeCpuEngine(network, transform, options);
}

}  // namespace genet
