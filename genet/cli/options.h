// The one table of run options. Flags, config keys, their help, the effective settings that `train`
// prints, and the comparison of a resumed search with its stored settings all come from it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/settings/run_settings.h"

namespace genet::cli {

// An option that decides results. `set` reads the text of a flag or config value and checks its
// range; its error does not name the option, because the caller knows whether it was a flag or a
// line of a file. `get` gives the text that `set` reads back to the same value.
struct RunOption {
  enum class Group { kData, kNetwork, kEngine, kTraining, kSearch };

  std::string name;  // "batch": the flag --batch, the config key batch; '-' is '_' in config files
  std::string metavar;
  Group group;
  std::string help;        // one sentence or two, without the default
  bool is_switch = false;  // the flag takes no value; the config value is true or false
  std::function<Status(RunSettings&, std::string_view)> set;
  std::function<std::string(const RunSettings&)> get;
};

const std::vector<RunOption>& RunOptions();
// Nothing if there is no such option.
const RunOption* FindRunOption(std::string_view name);
// "batch_size" for "batch-size".
std::string ConfigKey(std::string_view option_name);

// What was given, by option name, and where: "--batch" or "my.toml:3: batch".
struct GivenOption {
  std::string text;
  std::string origin;
};
using GivenOptions = std::map<std::string, GivenOption, std::less<>>;

// Reads a TOML config file into texts by option name; `preset` may be among them. Errors name the
// file and the line, for an unknown key also the nearest known one.
Result<GivenOptions> ReadConfig(const fs::path& path);
// The same for the text of a file.
Result<GivenOptions> ParseConfig(std::string_view text, std::string_view file_name);

// A config file that gives these settings.
std::string ConfigText(const RunSettings& settings);

// Sets the options of `given` (except `preset`) in `settings`.
Status Apply(const GivenOptions& given, RunSettings& settings);
// Defaults < preset < config < flags; `flags` wins over `config` where both name an option.
Result<RunSettings> ResolveSettings(const GivenOptions& config, const GivenOptions& flags);

// What a resumed search runs with: the stored settings, with more generations if they are given.
// An error names the first given option that disagrees with the stored value.
Result<RunSettings> ResumeSettings(const RunSettings& stored, const GivenOptions& config,
                                   const GivenOptions& flags);

// The nearest of `candidates` by edit distance, or "" if none is near enough to be meant.
std::string Nearest(std::string_view word, const std::vector<std::string>& candidates);

// "90", "90s", "15m", "2h" or "1.5h" in seconds. `option` is named in an error.
Result<double> ParseDuration(std::string_view option, std::string_view text);

}  // namespace genet::cli
