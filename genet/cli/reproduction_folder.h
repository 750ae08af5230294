// What a folder of experiments (genet reproduce --run) remembers, and the searches it holds.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/experiments/reproduce.h"
#include "genet/experiments/scale.h"

namespace genet::cli {

// With what the folder was begun. It never changes, so nothing of another scale, seed or data set
// can come to stand beside.
struct ReproductionIdentity {
  std::string scale;
  std::map<std::string, std::string> overrides;  // texts by option name
  std::string data;                              // of searches; empty: nothing needed one yet
  uint64_t seed = 1;
  bool record_test = false;
};

// reproduction.json.
fs::path IdentityPath(const fs::path& folder);
nlohmann::json ToJson(const ReproductionIdentity& identity);
// A failure if the file cannot be read.
Result<ReproductionIdentity> ReadIdentity(const fs::path& path);

// What a command line says of it. What is left out comes from the folder.
struct GivenIdentity {
  std::string scale = {};  // empty: left out
  std::map<std::string, std::string> overrides = {};
  std::string data = {};  // empty: left out, or none of the experiments searches
  std::optional<uint64_t> seed = {};
  bool record_test = false;
};
// A usage error if something was given that the folder was not begun with, or if neither says the
// scale.
Result<ReproductionIdentity> ResolveIdentity(const fs::path& folder, const GivenIdentity& given);

// Makes the folder and writes the identity. A failure if another process holds the lock.
Result<FileLock> TakeFolder(const fs::path& folder, const ReproductionIdentity& identity);

// Puts the texts in their own notation, so that equal ones are equal. A usage error names the
// option.
Result<ScaleOverrides> ReadOverrides(std::map<std::string, std::string>& texts);
// Its scale, with its overrides.
Result<Scale> ScaleOf(const ReproductionIdentity& identity);

// The searches of a run folder (--from), or the genetic processes of another reproduction's folder.
Result<Reproduction::Source> OpenSource(const fs::path& from);

}  // namespace genet::cli
