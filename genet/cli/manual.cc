#include "genet/cli/manual.h"

#include <fmt/format.h>

#include <memory>
#include <sstream>

namespace genet::cli {
namespace {

constexpr size_t kWidth = 80;

// Breaks paragraphs at kWidth columns and indents them.
std::string Wrapped(const std::string& text, size_t indent) {
  std::string out, line;
  const std::string margin(indent, ' ');
  const auto flush = [&] {
    if (!line.empty()) out += margin + line + "\n";
    line.clear();
  };
  std::string word;
  for (size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    if (c != ' ' && c != '\n') {
      word += c;
      continue;
    }
    if (!word.empty()) {
      if (!line.empty() && indent + line.size() + 1 + word.size() > kWidth) flush();
      line += (line.empty() ? "" : " ") + word;
      word.clear();
    }
    if (c == '\n' && i + 1 < text.size() && text[i + 1] == '\n') {
      flush();
      out += "\n";
    }
  }
  flush();
  return out;
}

// "genet data info".
std::string PathOf(const CLI::App* app) {
  std::string path = app->get_name();
  for (const CLI::App* up = app->get_parent(); up != nullptr; up = up->get_parent()) {
    path = up->get_name() + " " + path;
  }
  return path;
}

std::string Synopsis(const CLI::App* app) {
  std::string synopsis = PathOf(app);
  if (!app->get_subcommands({}).empty()) synopsis += " COMMAND";
  for (const CLI::Option* option : app->get_options({})) {
    if (!option->get_positional()) continue;
    const std::string name = option->get_name(true);
    synopsis += option->get_required() ? " " + name : " [" + name + "]";
  }
  return "  " + synopsis + " [OPTION]...\n";
}

std::string Commands(const CLI::App* app) {
  std::string commands;
  for (const CLI::App* command : app->get_subcommands({})) {
    commands += fmt::format("  {:<10}{}\n", command->get_name(), command->get_description());
  }
  return commands;
}

std::string Arguments(const CLI::App* app) {
  std::string arguments;
  for (const CLI::Option* option : app->get_options({})) {
    if (!option->get_positional()) continue;
    arguments += "  " + option->get_name(true) + "\n" + Wrapped(option->get_description(), 6);
  }
  return arguments;
}

std::string Options(const CLI::App* app, const std::string& group) {
  std::string options;
  for (const CLI::Option* option : app->get_options({})) {
    if (option->get_positional() || option->get_group() != group) continue;
    std::string value = option->get_type_size() == 0 ? "" : option->get_type_name();
    // CLI11 appends what its validators accept, which the description says in words.
    for (const char* mark : {":INT in", ":FLOAT in", ":{"}) {
      value = value.substr(0, value.find(mark));
    }
    if (!value.empty()) value.insert(0, " ");
    options +=
        "  " + option->get_name(false, true) + value + "\n" + Wrapped(option->get_description(), 6);
  }
  return options;
}

// Lines as they are, indented.
std::string Examples(const std::string& text) {
  std::string examples, line;
  std::istringstream lines(text);
  while (std::getline(lines, line)) examples += line.empty() ? "\n" : "  " + line + "\n";
  return examples;
}

class ManualFormatter : public CLI::Formatter {
 public:
  explicit ManualFormatter(Manual manual) : manual_(std::move(manual)) {}

  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override {
    std::string page = "NAME\n" + Wrapped(PathOf(app) + " - " + app->get_description(), 2);
    const auto add = [&page](const std::string& title, const std::string& section) {
      if (!section.empty()) page += "\n" + title + "\n" + section;
    };
    add("SYNOPSIS", Synopsis(app));
    add("DESCRIPTION", Wrapped(manual_.description, 2));
    add("COMMANDS", Commands(app));
    add("ARGUMENTS", Arguments(app));
    for (const std::string& group : app->get_groups()) {
      add(group == "Options" ? "OPTIONS" : group, Options(app, group));
    }
    add("EXAMPLES", Examples(manual_.examples));
    return page;
  }

 private:
  const Manual manual_;
};

}  // namespace

void SetManual(CLI::App& app, const Manual& manual) {
  app.formatter(std::make_shared<ManualFormatter>(manual));
  app.set_help_flag("-h,--help", "Print this page and exit.");
}

CLI::App* AddCommand(CLI::App& root, const std::string& name, const std::string& summary,
                     const Manual& manual) {
  CLI::App* app = root.add_subcommand(name, summary);
  SetManual(*app, manual);
  return app;
}

}  // namespace genet::cli
