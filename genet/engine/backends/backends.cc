#include "genet/engine/backends/backends.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "genet/base/check.h"
#include "genet/engine/cpu/cpu_backend.h"
#include "genet/engine/reference/reference_backend.h"
#include "genet/engine/torch/torch_backend.h"

namespace genet {
namespace {

const EngineBackend* FindBackend(std::string_view name) {
  for (const EngineBackend& backend : EngineBackends()) {
    if (backend.name == name) return &backend;
  }
  return nullptr;
}

Status CheckTaken(const EngineBackend::Setting& taken, const std::string& value) {
  if (taken.words.empty() || std::ranges::count(taken.words, value) > 0) return {};
  return UsageError("{} is {}, not '{}'", taken.name, fmt::join(taken.words, " or "), value);
}

// An engine that does not take a setting takes its default.
Status CheckNotGiven(const EngineSetting& setting, const EngineSettings& settings) {
  if (!setting.given(settings)) return {};
  std::vector<std::string_view> takers;
  for (const EngineBackend& backend : EngineBackends()) {
    if (backend.Find(setting.name) != nullptr) takers.push_back(backend.name);
  }
  return UsageError("{} is a setting of engine {}, not of {}", setting.Said(settings),
                    fmt::join(takers, " or "), settings.name);
}

}  // namespace

const std::vector<EngineBackend>& EngineBackends() {
  static const std::vector<EngineBackend> backends = {CpuBackend(), TorchBackend(),
                                                      ReferenceBackend()};
  return backends;
}

std::vector<std::string> EngineNames() {
  std::vector<std::string> names;
  for (const EngineBackend& backend : EngineBackends()) names.emplace_back(backend.name);
  return names;
}

std::vector<std::string> EngineSettingWords(std::string_view setting) {
  std::vector<std::string> words;
  for (const EngineBackend& backend : EngineBackends()) {
    const EngineBackend::Setting* taken = backend.Find(setting);
    if (taken == nullptr) continue;
    for (const std::string_view word : taken->words) {
      if (std::ranges::count(words, word) == 0) words.emplace_back(word);
    }
  }
  return words;
}

std::string DescribeEngines() {
  std::vector<std::string> texts;
  for (const EngineBackend& backend : EngineBackends()) {
    texts.push_back(fmt::format("{} ({})", backend.name, backend.summary));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string DescribeDevices() {
  std::vector<std::string> texts;
  for (const EngineBackend& backend : EngineBackends()) {
    if (backend.device_example.empty()) continue;
    texts.push_back(fmt::format("{} of engine {}", backend.device_example, backend.name));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

Status CheckEngineSettings(const EngineSettings& settings) {
  const EngineBackend* backend = FindBackend(settings.name);
  if (backend == nullptr) {
    return UsageError("engine is {}, not '{}'", fmt::join(EngineNames(), " or "), settings.name);
  }
  for (const EngineSetting& setting : AllEngineSettings()) {
    const EngineBackend::Setting* taken = backend->Find(setting.name);
    GENET_TRY(taken != nullptr ? CheckTaken(*taken, setting.text(settings))
                               : CheckNotGiven(setting, settings));
  }
  return {};
}

const EngineBackend& BackendOf(const EngineSettings& settings) {
  const EngineBackend* backend = FindBackend(settings.name);
  GENET_CHECK(backend != nullptr, "no engine {}", settings.name);
  return *backend;
}

}  // namespace genet
