#include "genet/base/version.h"
#include "genet/cli/command.h"

namespace genet::cli {

Command AddVersionCommand(CLI::App& root) {
  CLI::App* app =
      AddCommand(root, "version", "print which build of the program this is",
                 {"Prints the release number and the source revision.", "genet version"});
  auto json = std::make_shared<bool>(false);
  app->add_flag("--json", *json, "Print JSON.");
  return {app, [json]() -> Result<int> {
            if (*json) {
              PrintJson({{"version", Version()}});
            } else {
              GENET_TRY(Print(fmt::format("genet {}\n", Version())));
            }
            return 0;
          }};
}

}  // namespace genet::cli
