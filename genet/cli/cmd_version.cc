#include "genet/base/version.h"
#include "genet/cli/command.h"
#include "genet/engine/backends/backends.h"

namespace genet::cli {

Command AddVersionCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "version", "print which build of the program this is",
      {"Prints the release number, the source revision and the libraries of the engines that can "
       "be loaded.",
       "genet version"});
  auto json = std::make_shared<bool>(false);
  app->add_flag("--json", *json, "Print JSON.");
  return {app, [json]() -> Result<int> {
            nlohmann::json object = {{"version", Version()}};
            std::string text = fmt::format("genet {}", Version());
            for (const EngineBackend& backend : EngineBackends()) {
              if (backend.library == nullptr) continue;
              const std::string library = backend.library();
              object[fmt::format("engine_{}", backend.name)] = library;
              if (!library.empty()) text += fmt::format(", engine {}: {}", backend.name, library);
            }
            if (*json) {
              PrintJson(object);
            } else {
              GENET_TRY(Print(text + "\n"));
            }
            return 0;
          }};
}

}  // namespace genet::cli
