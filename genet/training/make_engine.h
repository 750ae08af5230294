// The engine a setting names.
#pragma once

#include <memory>
#include <string_view>

#include "genet/base/error.h"
#include "genet/engine/engine.h"

namespace genet {

// `arithmetic` is "winograd" or "direct"; anything else is an error.
Result<std::unique_ptr<Engine>> MakeEngine(const Network& network, const InputTransform& transform,
                                           std::string_view arithmetic, int batch, int threads);

}  // namespace genet
