#include "genet/base/version.h"
#include "genet/cli/command.h"
#include "genet/training/make_engine.h"

namespace genet::cli {

Command AddVersionCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "version", "print which build of the program this is",
      {"Prints the release number, the source revision and, if engine torch is in, LibTorch's "
       "version.",
       "genet version"});
  auto json = std::make_shared<bool>(false);
  app->add_flag("--json", *json, "Print JSON.");
  return {app, [json]() -> Result<int> {
            const std::string torch = LibraryOf({.name = "torch"});
            if (*json) {
              PrintJson({{"version", Version()}, {"engine_torch", torch}});
            } else {
              GENET_TRY(Print(fmt::format("genet {}{}\n", Version(),
                                          torch.empty() ? "" : ", engine torch: " + torch)));
            }
            return 0;
          }};
}

}  // namespace genet::cli
