// The program as a whole: which commands there are, and how errors become exit statuses.
#include <fmt/ranges.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "genet/base/nearest.h"
#include "genet/base/print_error.h"
#include "genet/base/version.h"
#include "genet/cli/command.h"
#include "genet/kernels/target.h"

namespace genet::cli {
namespace {

int ReportError(const Error& error) {
  std::string line = error.message;
  std::replace(line.begin(), line.end(), '\n', ' ');
  PrintError("genet: {}\n", line);
  return error.kind == ErrorKind::kUsage ? 2 : 1;
}

// The command that the arguments reached, for its help.
std::string CommandPath(const CLI::App& root) {
  std::string path = "genet";
  const CLI::App* app = &root;
  while (!app->get_subcommands().empty()) {
    app = app->get_subcommands().front();
    path += " " + app->get_name();
  }
  return path;
}

const CLI::App* Reached(const CLI::App& root) {
  const CLI::App* app = &root;
  while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
  return app;
}

// What CLI11 could not read, in our words where it helps.
Error UsageMessage(const CLI::ParseError& error, const CLI::App& root) {
  std::string what = error.what();
  const CLI::App* app = Reached(root);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const std::vector<std::string> extras = root.remaining(true);
    const std::string extra = extras.empty() ? "" : extras.front();
    std::vector<std::string> known;
    if (extra.starts_with("-")) {
      for (const CLI::Option* option : app->get_options({})) {
        for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
      }
      what = fmt::format("unknown option '{}'", extra.substr(0, extra.find('=')));
    } else {
      for (const CLI::App* command : app->get_subcommands({})) known.push_back(command->get_name());
      what =
          fmt::format("{} '{}'", known.empty() ? "unexpected argument" : "unknown command", extra);
    }
    const std::string nearest = Nearest(extra.substr(0, extra.find('=')), known);
    if (!nearest.empty()) what += fmt::format("; did you mean '{}'?", nearest);
  }
  return {ErrorKind::kUsage, fmt::format("{} (see {} --help)", what, CommandPath(root))};
}

// GENET_TARGET names the SIMD target to use in place of the processor's best; workers inherit it.
Status PinTargetOfEnvironment() {
  const char* name = std::getenv("GENET_TARGET");
  if (name == nullptr || *name == '\0' || kernels::PinTarget(name)) return {};
  return UsageError("GENET_TARGET: this machine has no '{}'; it has {}", name,
                    fmt::join(kernels::SupportedTargets(), ", "));
}

}  // namespace

int Main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of a write, not the end of a search
  CLI::App root("evolve convolutional network structures (Genetic CNN)", "genet");
  SetManual(
      root,
      {"GeNet searches structures of convolutional networks with the genetic algorithm of "
       "\"Genetic CNN\" (Xie and Yuille, ICCV 2017). Every candidate is trained from scratch on "
       "this machine's processor, or with LibTorch on another of its devices; runs survive being "
       "stopped or killed.\n\n"
       "Results go to standard output, progress to standard error. The exit status is 0 on "
       "success, 1 on failure and 2 on a usage error. Every command answers --help.",
       "# A small search on a built-in data set, a few minutes on two cores.\n"
       "genet search --preset smoke --run runs/first\n"
       "# What a genome stands for.\n"
       "genet show genet-1"});
  std::vector<Command> commands;
  for (auto* add : {AddSearchCommand, AddTrainCommand, AddEvaluateCommand, AddShowCommand,
                    AddReportCommand, AddReproduceCommand, AddTransferCommand, AddFeaturesCommand,
                    AddClassifyCommand, AddDataCommand, AddBenchCommand, AddSignatureCommand,
                    AddWorkerCommand, AddPresetsCommand, AddVersionCommand}) {
    commands.push_back(add(root));
  }
  bool version = false;
  root.add_flag("--version", version, "Print the version and exit.");

  try {
    root.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const Status printed = Print(Reached(root)->help());
    return printed ? 0 : ReportError(printed.error());
  } catch (const CLI::ParseError& error) {
    return ReportError(UsageMessage(error, root));
  }
  if (version) {
    const Status printed = Print(fmt::format("genet {}\n", Version()));
    return printed ? 0 : ReportError(printed.error());
  }
  if (const Status pinned = PinTargetOfEnvironment(); !pinned) return ReportError(pinned.error());
  for (Command& command : commands) {
    if (!command.app->parsed()) continue;
    // Third-party exceptions are caught where they arise; memory can run out anywhere.
    try {
      const Result<int> status = command.action();
      if (!status) return ReportError(status.error());
      if (std::ferror(stdout) != 0) {
        return ReportError({ErrorKind::kFailure, "cannot write to standard output"});
      }
      return *status;
    } catch (const std::exception& error) {
      return ReportError({ErrorKind::kFailure, error.what()});
    }
  }
  return ReportError(
      {ErrorKind::kUsage, "a command is needed, such as genet search (see genet --help)"});
}

}  // namespace genet::cli
