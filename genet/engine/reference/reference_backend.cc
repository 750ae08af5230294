#include "genet/engine/reference/reference_backend.h"

#include "genet/engine/reference/reference_engine.h"

namespace genet {
namespace {

Result<std::unique_ptr<Engine>> Make(const Network& network, const InputTransform& transform,
                                     const EngineSettings&, const EngineResources& resources) {
  return std::make_unique<ReferenceEngine>(network, transform, resources.batch, resources.profile);
}

}  // namespace

EngineBackend ReferenceBackend() {
  return {.name = "reference",
          .summary = "plain double precision, hundreds of times slower, to check others by",
          .make = Make};
}

}  // namespace genet
