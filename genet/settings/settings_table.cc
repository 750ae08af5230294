#include "genet/settings/settings_table.h"

#include <fmt/ranges.h>

#include "genet/settings/setting_list.h"

namespace genet {
namespace {

// "`training.batch`"; of a setting that stands in several members, each.
std::string JsonPlaces(const Setting& setting) {
  nlohmann::json members;
  setting.value.write(RunSettings(), setting.json_key(), members);
  std::vector<std::string> places;
  for (const auto& [key, value] : members.items()) {
    places.push_back(
        fmt::format("`{}{}{}`", setting.object, setting.object.empty() ? "" : ".", key));
  }
  return fmt::format("{}{}", fmt::join(places, ", "), setting.since > 1 ? " (if used)" : "");
}

std::string Default(const Setting& setting) {
  const std::string text = setting.value.get(RunSettings());
  return text.empty() ? "the preset's" : fmt::format("`{}`", text);
}

std::string Commands(const Setting& setting) {
  CommandNames commands = setting.commands;
  if (!setting.scale_help.empty()) commands.insert("reproduce");
  return fmt::format("{}", fmt::join(commands, ", "));
}

}  // namespace

std::string SettingsTable() {
  std::string table = "| setting | in JSON | value | default | commands |\n|---|---|---|---|---|\n";
  for (const Setting& setting : Settings()) {
    table +=
        fmt::format("| `{}` | {} | {}{} | {} | {} |\n", setting.config_key(), JsonPlaces(setting),
                    setting.value.allowed, setting.may_grow ? "; may grow when a run resumes" : "",
                    Default(setting), Commands(setting));
  }
  return table;
}

}  // namespace genet
