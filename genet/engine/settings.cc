#include "genet/engine/settings.h"

namespace genet {
namespace {

std::string Word(bool value) { return value ? "true" : "false"; }

constexpr EngineSetting kSettings[] = {
    {"arithmetic", [](const EngineSettings& s) { return s.arithmetic; }},
    {"channels-last", [](const EngineSettings& s) { return Word(s.channels_last); }},
    {"bfloat16", [](const EngineSettings& s) { return Word(s.bfloat16); }},
};

}  // namespace

bool EngineSetting::given(const EngineSettings& settings) const {
  return text(settings) != text(EngineSettings());
}

std::string EngineSetting::Said(const EngineSettings& settings) const {
  const std::string value = text(settings);
  return std::string(name) + (value == Word(true) ? "" : " " + value);
}

std::span<const EngineSetting> AllEngineSettings() { return kSettings; }

std::string ToString(const EngineSettings& settings) {
  std::string text = settings.name;
  for (const EngineSetting& setting : kSettings) {
    if (!setting.given(settings)) continue;
    const std::string value = setting.text(settings);
    text += ", " + (value == Word(true) ? std::string(setting.name) : value);
  }
  return text;
}

}  // namespace genet
