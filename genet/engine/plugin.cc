#include "genet/engine/plugin.h"

#include "genet/base/library.h"
#include "genet/base/version.h"

namespace genet {

Result<const EnginePlugin*> LoadEnginePlugin(const char* file, const char* symbol) {
  GENET_ASSIGN(void* address, LoadSymbol(file, symbol));
  const auto* plugin = static_cast<const EnginePlugin*>(address);
  // First, for another build may have laid out the rest otherwise.
  if (plugin->genet_version != Version()) {
    return Failure("{} is of genet {}, this is {}", file, plugin->genet_version, Version());
  }
  return plugin;
}

}  // namespace genet
