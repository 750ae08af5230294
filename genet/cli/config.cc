// Config files: TOML whose keys are the run options.
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>

#include "genet/cli/options.h"

namespace genet::cli {
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

}  // namespace

Result<GivenOptions> ParseConfig(std::string_view text, std::string_view file_name) {
  toml::table table;
  try {
    table = toml::parse(text, file_name);
  } catch (const toml::parse_error& error) {
    std::string what(error.description());
    return UsageError("{}:{}: {}", file_name, error.source().begin.line, what);
  }
  std::vector<std::string> known = {"preset"};
  for (const RunOption& option : RunOptions()) known.push_back(ConfigKey(option.name));

  GivenOptions given;
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    const std::string where = fmt::format("{}:{}", file_name, node.source().begin.line);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string nearest = Nearest(name, known);
      return UsageError("{}: unknown key '{}'{}", where, name,
                        nearest.empty() ? std::string("; genet search --help lists the settings")
                                        : fmt::format("; did you mean '{}'?", nearest));
    }
    const Result<std::string> value = TextOf(node);
    if (!value) return UsageError("{}: {}: {}", where, name, value.error().message);
    std::string option_name = name;
    std::replace(option_name.begin(), option_name.end(), '_', '-');
    given[option_name] = {*value, where + ": " + name};
  }
  return given;
}

std::string ConfigText(const RunSettings& settings) {
  std::string text = fmt::format("preset = \"{}\"\n", settings.preset);
  for (const RunOption& option : RunOptions()) {
    const std::string value = option.get(settings);
    double number = 0;
    const char* end = value.data() + value.size();
    const bool is_number = std::from_chars(value.data(), end, number).ptr == end && !value.empty();
    text += ConfigKey(option.name) + " = ";
    if (is_number || option.is_switch) {
      text += value;
    } else {
      text += '"';
      for (const char c : value) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
      }
      text += '"';
    }
    text += '\n';
  }
  return text;
}

Result<GivenOptions> ReadConfig(const fs::path& path) {
  const Result<std::string> text = ReadFile(path);
  if (!text) return UsageError("--config: {}", text.error().message);
  return ParseConfig(*text, path.string());
}

}  // namespace genet::cli
