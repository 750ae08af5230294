#include "genet/cli/reproduction_folder.h"

#include <charconv>

#include "genet/cli/options.h"
#include "genet/engine/backends/backends.h"
#include "genet/execution/run_folder.h"

namespace genet::cli {

using nlohmann::json;

Result<ScaleOverrides> ReadOverrides(std::map<std::string, std::string>& texts) {
  ScaleOverrides overrides;
  GENET_ASSIGN(RunSettings settings, Preset(RunSettings().preset));
  for (auto& [name, text] : texts) {
    if (name == "width") {
      double width = 0;
      const char* end = text.data() + text.size();
      if (std::from_chars(text.data(), end, width).ptr != end || !(width > 0) || width > 16) {
        return UsageError("--width: '{}' is not a number above 0 and at most 16", text);
      }
      overrides.width = width;
      text = fmt::format("{}", width);
      continue;
    }
    // The run option of this name knows how to read it; other counts are read like a population.
    const bool count = name == "repeats" || name == "splits";
    const RunOption* option = FindRunOption(count ? "population" : name);
    if (const Status status = option->set(settings, text); !status) {
      return UsageError("--{}: {}", name, status.error().message);
    }
    text = option->get(settings);
    if (name == "repeats") overrides.repeats = settings.search.population;
    if (name == "splits") overrides.splits = settings.search.population;
    if (name == "population") overrides.population = settings.search.population;
    if (name == "generations") overrides.generations = settings.search.generations;
    if (name == "schedule") overrides.schedule = text;
    if (name == "batch") overrides.batch = settings.training.batch;
    if (name == "train-images") overrides.train_images = settings.train_images;
    if (name == "validation-images") overrides.validation_images = settings.validation_images;
  }
  GENET_TRY(CheckEngineSettings(settings.engine));
  if (settings.engine.name != EngineSettings().name) overrides.engine = settings.engine;
  return overrides;
}

json ToJson(const ReproductionIdentity& identity) {
  return {{"scale", identity.scale},
          {"overrides", identity.overrides},
          {"data", identity.data},
          {"seed", identity.seed},
          {"record_test", identity.record_test}};
}

Result<ReproductionIdentity> ReadIdentity(const fs::path& path) {
  GENET_ASSIGN(const std::string text, ReadFile(path));
  const json stored = json::parse(text, nullptr, false);
  ReproductionIdentity identity;
  try {
    stored.at("scale").get_to(identity.scale);
    stored.at("overrides").get_to(identity.overrides);
    stored.at("data").get_to(identity.data);
    stored.at("seed").get_to(identity.seed);
    stored.at("record_test").get_to(identity.record_test);
  } catch (const json::exception& error) {
    return Failure("{}: {}; take another --run folder", path.string(), error.what());
  }
  return identity;
}

fs::path IdentityPath(const fs::path& folder) { return folder / "reproduction.json"; }

Result<Reproduction::Source> OpenSource(const fs::path& from) {
  Reproduction::Source source;
  std::vector<fs::path> runs = {from};
  source.description = from.string();
  std::error_code error;
  if (fs::exists(IdentityPath(from), error)) {
    GENET_ASSIGN(ReproductionIdentity identity, ReadIdentity(IdentityPath(from)));
    GENET_ASSIGN(const ScaleOverrides overrides, ReadOverrides(identity.overrides));
    GENET_ASSIGN(const Scale scale, FindScale(identity.scale));
    source.description +=
        fmt::format(" (searched at scale {}, seed {}, on {})", Override(scale, overrides).Name(),
                    identity.seed, identity.data);
    runs = {from / "runs" / "genetic-1"};
    if (RunStore::Exists(StorePath(from / "runs" / "genetic-2"))) {
      runs.push_back(from / "runs" / "genetic-2");
    }
  }
  for (size_t i = 0; i < runs.size(); ++i) {
    if (!RunStore::Exists(StorePath(runs[i]))) {
      return UsageError("--from: {}: not a run folder (there is no run.db in it)",
                        runs[i].string());
    }
    GENET_ASSIGN(RunReader store, RunReader::Open(StorePath(runs[i])));
    GENET_ASSIGN(const RunSettings settings, SettingsOf(store, runs[i]));
    Result<RunHistory> history = ReadHistory(store, fmt::format("process {}", i + 1), settings);
    if (!history && i > 0) break;  // the second process has only begun
    if (!history) return UsageError("--from: {}: {}", from.string(), history.error().message);
    if (runs.size() == 1 && from == runs[0]) {
      source.description += fmt::format(" (searched on {}, seed {}, {})", settings.data,
                                        settings.seed, Describe(settings));
    }
    source.histories.push_back(*std::move(history));
  }
  return source;
}

}  // namespace genet::cli
