#include "genet/settings/config_file.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "genet/base/nearest.h"
#include "genet/base/parse.h"
#include "genet/settings/setting_list.h"

namespace genet {
namespace {

// The text of a flag with the same meaning: numbers as written shortest, lists with commas.
Result<std::string> TextOf(const toml::node& node) {
  if (auto value = node.value_exact<std::string>()) return *value;
  if (auto value = node.value_exact<int64_t>()) return std::to_string(*value);
  if (auto value = node.value_exact<double>()) return fmt::format("{}", *value);
  if (auto value = node.value_exact<bool>()) return std::string(*value ? "true" : "false");
  if (const toml::array* list = node.as_array()) {
    std::string text;
    for (const toml::node& element : *list) {
      if (element.is_array()) return UsageError("a list within a list has no meaning here");
      GENET_ASSIGN(const std::string part, TextOf(element));
      text += (text.empty() ? "" : ",") + part;
    }
    return text;
  }
  return UsageError("expected a text, a number, true, false or a list");
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      quoted += fmt::format("\\u{:04X}", static_cast<int>(c));
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

// The value as TOML writes it. Its whole numbers have 64 bits with a sign: larger ones are texts.
std::string TomlValue(const Setting& setting, const RunSettings& settings) {
  const std::string text = setting.value.get(settings);
  const bool whole = text.find_first_not_of("-0123456789") == std::string::npos;
  const bool number =
      setting.value.form == SettingValue::Form::kNumber && (!whole || ParseNumber<int64_t>(text));
  return number || setting.value.form == SettingValue::Form::kSwitch ? text : Quoted(text);
}

}  // namespace

Result<GivenSettings> ParseConfig(std::string_view text, std::string_view file_name) {
  toml::table table;
  try {
    table = toml::parse(text, file_name);
  } catch (const toml::parse_error& error) {
    std::string what(error.description());
    return UsageError("{}:{}: {}", file_name, error.source().begin.line, what);
  }
  std::vector<std::string> known;
  for (const Setting& setting : Settings()) known.push_back(setting.config_key());

  GivenSettings given;
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const std::string where = fmt::format("{}:{}", file_name, node.source().begin.line);
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) {
      const std::string nearest = Nearest(name, known);
      return UsageError("{}: unknown key '{}'{}", where, name,
                        nearest.empty() ? std::string("; genet search --help lists the settings")
                                        : fmt::format("; did you mean '{}'?", nearest));
    }
    const Result<std::string> value = TextOf(node);
    if (!value) return UsageError("{}: {}: {}", where, name, value.error().message);
    const Setting& setting = Settings()[static_cast<size_t>(found - known.begin())];
    given[setting.name] = {*value, where + ": " + name};
  }
  return given;
}

Result<GivenSettings> ReadConfig(const fs::path& path) {
  const Result<std::string> text = ReadFile(path);
  if (!text) return UsageError("--config: {}", text.error().message);
  return ParseConfig(*text, path.string());
}

std::string ConfigText(const RunSettings& settings) {
  std::string text;
  for (const Setting& setting : Settings()) {
    text += fmt::format("{} = {}\n", setting.config_key(), TomlValue(setting, settings));
  }
  return text;
}

}  // namespace genet
