// What the subcommands share: how they are declared, their run options, their help, their output.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/duration.h"
#include "genet/cli/options.h"
#include "genet/network/network.h"

namespace genet::cli {

// A command's work after its arguments were read. Returns the exit status.
using Action = std::function<Result<int>()>;

// Each adds its subcommand to `root` and returns what it does. The action may be called once,
// after parsing, while `root` lives.
struct Command {
  CLI::App* app = nullptr;
  Action action;
};
Command AddSearchCommand(CLI::App& root);
Command AddTrainCommand(CLI::App& root);
Command AddEvaluateCommand(CLI::App& root);
Command AddShowCommand(CLI::App& root);
Command AddReportCommand(CLI::App& root);
Command AddReproduceCommand(CLI::App& root);
Command AddTransferCommand(CLI::App& root);
Command AddFeaturesCommand(CLI::App& root);
Command AddClassifyCommand(CLI::App& root);
Command AddDataCommand(CLI::App& root);
Command AddBenchCommand(CLI::App& root);
Command AddSignatureCommand(CLI::App& root);
Command AddWorkerCommand(CLI::App& root);
Command AddPresetsCommand(CLI::App& root);
Command AddVersionCommand(CLI::App& root);

// Flags of run options on a command, with --preset and --config.
class RunFlags {
 public:
  // Adds the flags of `groups`, or only those named in `only` if it is not empty. `own` are the
  // command's own defaults; they may name a preset, for those who name none.
  void AddTo(CLI::App& app, const std::vector<RunOption::Group>& groups,
             const std::vector<std::string>& only = {}, const GivenOptions& own = {});

  // What the flags and the config file gave. An error of the config file is a usage error.
  Result<GivenOptions> Flags() const;
  Result<GivenOptions> Config() const;
  // Defaults < preset < the command's own defaults < config < flags.
  Result<RunSettings> Resolve() const;

 private:
  CLI::App* app_ = nullptr;
  GivenOptions own_;
  std::map<std::string, std::string> texts_;  // stable addresses for CLI11
  std::map<std::string, bool> switches_;
  std::string preset_;
  std::string config_;
};

// Sections of a command's manual page that the options do not give.
struct Manual {
  std::string description;  // paragraphs apart by an empty line
  std::string examples;     // lines, printed as they are
};
void SetManual(CLI::App& app, const Manual& manual);
CLI::App* AddCommand(CLI::App& root, const std::string& name, const std::string& summary,
                     const Manual& manual);

// Reads "3x32x32"; empty text gives the shape of the images that the settings' preset is for.
Result<Shape> InputShape(std::string_view text, const RunSettings& settings);

// The folder in which archives and compressed files are unpacked once:
// $GENET_CACHE_DIR, $XDG_CACHE_HOME/genet or ~/.cache/genet.
fs::path CacheFolder();

// The path of the program itself, for workers that run it again.
fs::path ProgramPath();

// Prints `json` on standard output, indented, with a line end.
void PrintJson(const nlohmann::json& json);
// Standard output, written at once. An error if it cannot be written (a full disk, a closed pipe).
Status Print(std::string_view text);

// "1,234,567".
std::string WithSeparators(int64_t number);

// The whole program: reads the arguments, runs a command, prints errors, gives the exit status.
int Main(int argc, char** argv);

}  // namespace genet::cli
