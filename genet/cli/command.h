// What the subcommands share: how they are declared, the folders they use, their output.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/duration.h"
#include "genet/base/file.h"
#include "genet/cli/manual.h"
#include "genet/cli/run_flags.h"
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

// Reads "3x32x32"; empty text gives the shape of the images that the preset is for.
Result<Shape> InputShape(std::string_view text, std::string_view preset);

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
