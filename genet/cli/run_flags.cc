#include "genet/cli/run_flags.h"

#include "genet/settings/config_file.h"
#include "genet/settings/setting_list.h"

namespace genet::cli {

void RunFlags::AddTo(CLI::App& app, const GivenSettings& own) {
  app_ = &app;
  own_ = own;
  const Result<RunSettings> defaults = ResolveSettings(own, {});
  for (const Setting& setting : Settings()) {
    if (!setting.commands.contains(app.get_name())) continue;
    CLI::Option* flag;
    std::string help = setting.help;
    if (setting.value.form == SettingValue::Form::kSwitch) {
      flag = app.add_flag("--" + setting.name, switches_[setting.name]);
    } else {
      flag = app.add_option("--" + setting.name, texts_[setting.name])->type_name(setting.metavar);
      if (defaults) help += fmt::format(" (default: {})", setting.value.get(*defaults));
    }
    if (setting.group == SettingGroup::kPreset) help += ". See genet presets.";
    flag->description(help)->group(Title(setting.group));
  }
  if (app.get_option_no_throw("--preset") == nullptr) return;
  app.add_option("--config", config_,
                 "A TOML file of settings; its keys are the option names below (and preset) with _ "
                 "for -. Flags win over the file, the file over the preset.")
      ->type_name("FILE")
      ->group(Title(SettingGroup::kPreset));
}

GivenSettings RunFlags::Flags() const {
  GivenSettings given;
  for (const auto& [name, text] : texts_) {
    if (app_->count("--" + name) > 0) given[name] = {text, "--" + name};
  }
  for (const auto& [name, value] : switches_) {
    if (app_->count("--" + name) > 0) given[name] = {value ? "true" : "false", "--" + name};
  }
  return given;
}

Result<GivenSettings> RunFlags::Config() const {
  const CLI::Option* config = app_->get_option_no_throw("--config");
  if (config == nullptr || config->count() == 0) return GivenSettings();
  return ReadConfig(config_);
}

Result<RunSettings> RunFlags::Resolve() const {
  GENET_ASSIGN(GivenSettings config, Config());
  config.insert(own_.begin(), own_.end());  // where the file says nothing
  return ResolveSettings(config, Flags());
}

Result<std::vector<std::string>> DataSpecs(const std::vector<std::string>& given) {
  std::vector<std::string> specs;
  RunSettings settings;
  for (const std::string& spec : given) {
    if (const Status status = FindSetting("data")->value.set(settings, spec); !status) {
      return UsageError("--data: {}", status.error().message);
    }
    specs.push_back(settings.data);
  }
  return specs;
}

}  // namespace genet::cli
