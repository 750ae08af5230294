// Kinds of values that settings have. `field` gives the value's place in settings, constant ones
// too: [](auto& settings) -> auto& { return settings.seed; }
#pragma once

#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "genet/base/parse.h"
#include "genet/settings/setting.h"

namespace genet {

template <class Field>
using ValueOf = std::remove_reference_t<std::invoke_result_t<Field, RunSettings&>>;

// A text that `parse` (std::string_view -> Result) reads and `print` writes, in JSON as well.
template <class Field, class Parse, class Print>
SettingValue TextValue(std::string allowed, Parse parse, Print print, Field field) {
  return {.allowed = std::move(allowed),
          .set = [field, parse](RunSettings& settings, std::string_view text) -> Status {
            GENET_ASSIGN(field(settings), parse(text));
            return {};
          },
          .get = [field, print](const RunSettings& settings) { return print(field(settings)); },
          .write = [field, print](const RunSettings& settings, const std::string& key,
                                  nlohmann::json& object) { object[key] = print(field(settings)); },
          .read = [field, parse](
                      RunSettings& settings, const std::string& key,
                      JsonReader& object) { object.GetParsed(key, field(settings), parse); }};
}

// A whole or real number, by the type of its place.
template <class Field>
SettingValue Number(const Limits<ValueOf<Field>>& limits, Field field) {
  return {
      .form = SettingValue::Form::kNumber,
      .allowed = limits.ToString(),
      .set = [field, limits](RunSettings& settings, std::string_view text) -> Status {
        GENET_ASSIGN(field(settings), ParseNumber<ValueOf<Field>>(text, limits));
        return {};
      },
      .get = [field](const RunSettings& settings) { return fmt::format("{}", field(settings)); },
      .write = [field](const RunSettings& settings, const std::string& key,
                       nlohmann::json& object) { object[key] = field(settings); },
      .read = [field, limits](RunSettings& settings, const std::string& key,
                              JsonReader& object) { object.Get(key, field(settings), limits); }};
}

template <class Field>
SettingValue Switch(Field field) {
  return {
      .form = SettingValue::Form::kSwitch,
      .allowed = "true or false",
      .set = [field](RunSettings& settings, std::string_view text) -> Status {
        GENET_ASSIGN(field(settings), ParseSwitch(text));
        return {};
      },
      .get = [field](const RunSettings& settings) { return field(settings) ? "true" : "false"; },
      .write = [field](const RunSettings& settings, const std::string& key,
                       nlohmann::json& object) { object[key] = field(settings); },
      .read = [field](RunSettings& settings, const std::string& key,
                      JsonReader& object) { object.Get(key, field(settings)); }};
}

// One of a few words, with what each stands for.
template <class T>
using Words = std::vector<std::pair<std::string, T>>;

// Words that stand for themselves.
inline Words<std::string> Names(const std::vector<std::string>& names) {
  Words<std::string> words;
  for (const std::string& name : names) words.emplace_back(name, name);
  return words;
}

template <class T>
std::string WordOf(const Words<T>& words, const T& value) {
  for (const auto& [text, meaning] : words) {
    if (meaning == value) return text;
  }
  return "";
}

template <class T>
Result<T> ParseWord(const Words<T>& words, std::string_view word) {
  std::string known;
  for (const auto& [text, meaning] : words) {
    if (text == word) return meaning;
    known += (known.empty() ? "" : ", ") + text;
  }
  return UsageError("'{}' is none of {}", word, known);
}

template <class Field>
SettingValue OneOf(const Words<ValueOf<Field>>& words, Field field) {
  const auto parse = [words](std::string_view text) { return ParseWord(words, text); };
  const auto print = [words](const ValueOf<Field>& value) { return WordOf(words, value); };
  SettingValue value = TextValue("", parse, print, field);
  for (const auto& [text, meaning] : words) value.words.push_back(text);
  value.allowed = fmt::format("{}", fmt::join(value.words, ", "));
  // In a file the word alone would not say whose it is.
  value.read = [field, parse](RunSettings& settings, const std::string& key, JsonReader& object) {
    object.GetParsed(key, field(settings), [&](std::string_view text) -> Result<ValueOf<Field>> {
      auto meaning = parse(text);
      if (!meaning) return UsageError("{}: {}", key, meaning.error().message);
      return meaning;
    });
  };
  return value;
}

}  // namespace genet
