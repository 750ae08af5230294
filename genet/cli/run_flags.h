// Flags of run settings on a command, with --preset and --config.
#pragma once

#include <CLI/CLI.hpp>
#include <map>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/settings/given.h"

namespace genet::cli {

class RunFlags {
 public:
  // Adds the flags of the settings that this command takes, and --config beside --preset. `own` are
  // the command's own defaults; they may name a preset, for those who name none. Keeps the address
  // of this object.
  void AddTo(CLI::App& app, const GivenSettings& own = {});

  // What the flags and the config file gave. An error of the config file is a usage error.
  GivenSettings Flags() const;
  Result<GivenSettings> Config() const;
  // Defaults < preset < the command's own defaults < config < flags.
  Result<RunSettings> Resolve() const;

 private:
  CLI::App* app_ = nullptr;
  GivenSettings own_;
  std::map<std::string, std::string> texts_;  // stable addresses for CLI11
  std::map<std::string, bool> switches_;
  std::string config_;
};

// The SPECs of a --data flag of a command's own, as the setting `data` has them.
Result<std::vector<std::string>> DataSpecs(const std::vector<std::string>& given);

}  // namespace genet::cli
