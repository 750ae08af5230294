#include "genet/cli/command.h"
#include "genet/settings/config_file.h"
#include "genet/settings/json.h"
#include "genet/settings/presets.h"
#include "genet/settings/settings_table.h"

namespace genet::cli {

Command AddPresetsCommand(CLI::App& root) {
  CLI::App* app = AddCommand(
      root, "presets", "list the presets, or the settings of one",
      {"Without a name, lists the presets with a line about each. With a name, prints its settings "
       "as a config file, ready to be changed and given to --config.",
       "genet presets\n"
       "genet presets iccv > my.toml"});
  struct Arguments {
    std::string name;
    bool json = false, markdown = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::Option* name =
      app->add_option("NAME", arguments->name, "The preset whose settings are wanted.");
  CLI::Option* json = app->add_flag("--json", arguments->json, "Print JSON.");
  app->add_flag("--markdown", arguments->markdown,
                "Print all settings, and what each may be, as the table in docs/formats.md.")
      ->excludes(name)
      ->excludes(json);
  return {app, [arguments]() -> Result<int> {
            if (arguments->markdown) {
              GENET_TRY(Print(SettingsTable()));
              return 0;
            }
            if (!arguments->name.empty()) {
              GENET_ASSIGN(const RunSettings settings, Preset(arguments->name));
              if (arguments->json) {
                PrintJson(ToJson(settings));
                return 0;
              }
              GENET_TRY(Print(ConfigText(settings)));
              return 0;
            }
            nlohmann::json list = nlohmann::json::array();
            std::string text;
            for (const PresetDescription& preset : Presets()) {
              list.push_back({{"name", preset.name}, {"summary", preset.summary}});
              text += fmt::format("{:<12} {}\n", preset.name, preset.summary);
            }
            if (arguments->json) {
              PrintJson(list);
            } else {
              GENET_TRY(Print(text));
            }
            return 0;
          }};
}

}  // namespace genet::cli
