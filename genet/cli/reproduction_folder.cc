#include "genet/cli/reproduction_folder.h"

#include "genet/base/json_reader.h"
#include "genet/base/parse.h"
#include "genet/engine/backends/backends.h"
#include "genet/execution/run_folder.h"

namespace genet::cli {

using nlohmann::json;

namespace {

bool IsScaleSetting(const std::string& name) {
  for (const Setting* setting : ScaleSettings()) {
    if (setting->name == name) return true;
  }
  return false;
}

}  // namespace

Result<ScaleOverrides> ReadOverrides(std::map<std::string, std::string>& texts) {
  ScaleOverrides overrides;
  RunSettings settings;
  for (auto& [name, text] : texts) {
    if (name == "width") {
      const Result<double> width = ParseNumber<double>(text);
      if (!width || !(*width > 0) || *width > 16) {
        return UsageError("--width: '{}' is not a number above 0 and at most 16", text);
      }
      overrides.width = *width;
      text = fmt::format("{}", *width);
    } else if (name == "repeats" || name == "splits") {
      const Result<int> count = ParseNumber<int>(text, {1, 1000000});
      if (!count) return UsageError("--{}: {}", name, count.error().message);
      (name == "repeats" ? overrides.repeats : overrides.splits) = *count;
      text = std::to_string(*count);
    } else if (!IsScaleSetting(name)) {
      return UsageError("--{}: no setting of a scale", name);
    } else {
      if (const Status set = Set(settings, {{name, text}}); !set) {
        return UsageError("--{}", set.error().message);
      }
      text = FindSetting(name)->value.get(settings);
      overrides.settings.emplace_back(name, text);
    }
  }
  GENET_TRY(CheckEngineSettings(settings.engine));
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
  const auto damaged = [](const std::string& what) {
    return Failure("{}; take another --run folder", what);
  };
  const Result<json> stored = ReadJson(path);
  if (!stored) return damaged(stored.error().message);
  ReproductionIdentity identity;
  JsonReader reader(*stored, path.string());
  reader.Get("scale", identity.scale);
  reader.Get("overrides", identity.overrides);
  reader.Get("data", identity.data);
  reader.Get("seed", identity.seed);
  reader.Get("record_test", identity.record_test);
  if (const Status read = reader.Finish(); !read) return damaged(read.error().message);
  if (const Result<Scale> scale = ScaleOf(identity); !scale) {
    return damaged(fmt::format("{}: {}", path.string(), scale.error().message));
  }
  return identity;
}

Result<Scale> ScaleOf(const ReproductionIdentity& identity) {
  std::map<std::string, std::string> texts = identity.overrides;
  GENET_ASSIGN(const ScaleOverrides overrides, ReadOverrides(texts));
  GENET_ASSIGN(const Scale scale, FindScale(identity.scale));
  return Override(scale, overrides);
}

Result<ReproductionIdentity> ResolveIdentity(const fs::path& folder, const GivenIdentity& given) {
  std::error_code error;
  if (!fs::exists(IdentityPath(folder), error)) {
    if (given.scale.empty()) {
      return UsageError(
          "a scale is needed: --scale paper, day, hour or smoke (genet reproduce --list shows what "
          "each costs)");
    }
    return ReproductionIdentity{given.scale, given.overrides, given.data, given.seed.value_or(1),
                                given.record_test};
  }
  GENET_ASSIGN(ReproductionIdentity stored, ReadIdentity(IdentityPath(folder)));
  const auto differs = [&](const std::string& what, const std::string& before,
                           const std::string& now) {
    return UsageError("{}: was begun with {} '{}', not '{}'; leave it out, or take another --run",
                      folder.string(), what, before, now);
  };
  if (!given.scale.empty() && given.scale != stored.scale) {
    return differs("scale", stored.scale, given.scale);
  }
  if (stored.data.empty()) {
    stored.data = given.data;
  } else if (!given.data.empty() && given.data != stored.data) {
    return differs("data (the first --data is the searches')", stored.data, given.data);
  }
  if (given.seed && *given.seed != stored.seed) {
    return differs("seed", std::to_string(stored.seed), std::to_string(*given.seed));
  }
  if (given.record_test && !stored.record_test) return differs("record-test", "no", "yes");
  for (const auto& [name, text] : given.overrides) {
    const auto found = stored.overrides.find(name);
    const std::string before = found == stored.overrides.end() ? "(the scale's)" : found->second;
    if (before != text) return differs(name, before, text);
  }
  return stored;
}

Result<FileLock> TakeFolder(const fs::path& folder, const ReproductionIdentity& identity) {
  GENET_TRY(MakeFolders(folder));
  Result<FileLock> lock = FileLock::Take(folder / "lock");
  if (!lock) {
    return Failure(
        "{}; another genet reproduce is using the folder: wait for it or give another --run",
        lock.error().message);
  }
  GENET_TRY(WriteFileAtomically(IdentityPath(folder), ToJson(identity).dump(2) + "\n"));
  return lock;
}

fs::path IdentityPath(const fs::path& folder) { return folder / "reproduction.json"; }

Result<Reproduction::Source> OpenSource(const fs::path& from) {
  Reproduction::Source source;
  std::vector<fs::path> runs = {from};
  source.description = from.string();
  std::error_code error;
  if (fs::exists(IdentityPath(from), error)) {
    GENET_ASSIGN(const ReproductionIdentity identity, ReadIdentity(IdentityPath(from)));
    GENET_ASSIGN(const Scale scale, ScaleOf(identity));
    source.description += fmt::format(" (searched at scale {}, seed {}, on {})", scale.Name(),
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
