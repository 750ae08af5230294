// The help of the program and its commands, laid out as manual pages.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace genet::cli {

// Sections of a command's manual page that its options do not give.
struct Manual {
  std::string description;  // paragraphs apart by an empty line
  std::string examples;     // lines, printed as they are
};
// `app` answers --help with its page: name, synopsis, description, commands, arguments, options by
// group, examples.
void SetManual(CLI::App& app, const Manual& manual);
CLI::App* AddCommand(CLI::App& root, const std::string& name, const std::string& summary,
                     const Manual& manual);

}  // namespace genet::cli
