#include "genet/cli/command.h"

#include <unistd.h>

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace genet::cli {
namespace {

// Breaks paragraphs at `width` columns and indents them.
std::string Wrapped(const std::string& text, size_t indent, size_t width) {
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
      if (!line.empty() && indent + line.size() + 1 + word.size() > width) flush();
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

// Lays help out as a manual page: name, synopsis, description, options, examples.
class ManualFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string, CLI::AppFormatMode) const override {
    constexpr size_t kWidth = 80;
    const CLI::App* parent = app->get_parent();
    std::string path = app->get_name();
    for (const CLI::App* up = parent; up != nullptr; up = up->get_parent()) {
      path = up->get_name() + " " + path;
    }
    const auto manual = manuals().find(app);
    std::string out =
        "NAME\n" + Wrapped(path + " - " + app->get_description(), 2, kWidth) + "\nSYNOPSIS\n";

    std::string synopsis = path;
    if (!app->get_subcommands({}).empty()) synopsis += " COMMAND";
    for (const CLI::Option* option : app->get_options({})) {
      if (!option->get_positional()) continue;
      const std::string name = option->get_name(true);
      synopsis += option->get_required() ? " " + name : " [" + name + "]";
    }
    out += "  " + synopsis + " [OPTION]...\n";
    if (manual != manuals().end()) {
      out += "\nDESCRIPTION\n" + Wrapped(manual->second.description, 2, kWidth);
    }
    std::string commands;
    for (const CLI::App* command : app->get_subcommands({})) {
      commands += fmt::format("  {:<10}{}\n", command->get_name(), command->get_description());
    }
    if (!commands.empty()) out += "\nCOMMANDS\n" + commands;

    std::string arguments;
    for (const CLI::Option* option : app->get_options({})) {
      if (option->get_positional()) {
        arguments +=
            "  " + option->get_name(true) + "\n" + Wrapped(option->get_description(), 6, kWidth);
      }
    }
    if (!arguments.empty()) out += "\nARGUMENTS\n" + arguments;
    for (const std::string& group : app->get_groups()) {
      std::string options;
      for (const CLI::Option* option : app->get_options({})) {
        if (option->get_positional() || option->get_group() != group) continue;
        std::string value = option->get_type_size() == 0 ? "" : option->get_type_name();
        // CLI11 appends what its validators accept, which the description says in words.
        for (const char* mark : {":INT in", ":FLOAT in", ":{"}) {
          value = value.substr(0, value.find(mark));
        }
        if (!value.empty()) value.insert(0, " ");
        options += "  " + option->get_name(false, true) + value + "\n" +
                   Wrapped(option->get_description(), 6, kWidth);
      }
      if (options.empty()) continue;
      out += "\n" + (group == "Options" ? std::string("OPTIONS") : group) + "\n" + options;
    }
    if (manual != manuals().end() && !manual->second.examples.empty()) {
      out += "\nEXAMPLES\n";
      std::string line;
      for (const char c : manual->second.examples + "\n") {
        if (c != '\n') {
          line += c;
          continue;
        }
        out += line.empty() ? "\n" : "  " + line + "\n";
        line.clear();
      }
    }
    return out;
  }

  static std::map<const CLI::App*, Manual>& manuals() {
    static std::map<const CLI::App*, Manual> manuals;
    return manuals;
  }
};

std::string GroupTitle(RunOption::Group group) {
  switch (group) {
    case RunOption::Group::kData:
      return "DATA";
    case RunOption::Group::kNetwork:
      return "NETWORK";
    case RunOption::Group::kEngine:
      return "ENGINE";
    case RunOption::Group::kTraining:
      return "TRAINING";
    case RunOption::Group::kSearch:
      return "SEARCH";
  }
  return "";
}

}  // namespace

void SetManual(CLI::App& app, const Manual& manual) {
  app.formatter(std::make_shared<ManualFormatter>());
  app.set_help_flag("-h,--help", "Print this page and exit.");
  ManualFormatter::manuals()[&app] = manual;
}

CLI::App* AddCommand(CLI::App& root, const std::string& name, const std::string& summary,
                     const Manual& manual) {
  CLI::App* app = root.add_subcommand(name, summary);
  SetManual(*app, manual);
  return app;
}

void RunFlags::AddTo(CLI::App& app, const std::vector<RunOption::Group>& groups,
                     const std::vector<std::string>& only, const GivenOptions& own) {
  app_ = &app;
  own_ = own;
  const Result<RunSettings> defaults = ResolveSettings(own, {});
  std::string presets;
  for (const PresetDescription& preset : Presets()) {
    presets += (presets.empty() ? "" : ", ") + preset.name;
  }
  app.add_option("--preset", preset_,
                 fmt::format("Settings to start from: {} (default: {}). See genet presets.",
                             presets, defaults ? defaults->preset : RunSettings().preset))
      ->type_name("NAME")
      ->group("SETTINGS");
  app.add_option("--config", config_,
                 "A TOML file of settings; its keys are the option names below (and preset) with _ "
                 "for -. Flags win over the file, the file over the preset.")
      ->type_name("FILE")
      ->group("SETTINGS");
  for (const RunOption& option : RunOptions()) {
    const bool wanted = only.empty()
                            ? std::find(groups.begin(), groups.end(), option.group) != groups.end()
                            : std::find(only.begin(), only.end(), option.name) != only.end();
    if (!wanted) continue;
    std::string help = option.help;
    CLI::Option* flag;
    if (option.is_switch) {
      flag = app.add_flag("--" + option.name, switches_[option.name]);
    } else {
      if (defaults) help += fmt::format(" (default: {})", option.get(*defaults));
      flag = app.add_option("--" + option.name, texts_[option.name])->type_name(option.metavar);
    }
    flag->description(help)->group(GroupTitle(option.group));
  }
}

Result<GivenOptions> RunFlags::Flags() const {
  GivenOptions given;
  if (app_->count("--preset") > 0) given["preset"] = {preset_, "--preset"};
  for (const auto& [name, text] : texts_) {
    if (app_->count("--" + name) > 0) given[name] = {text, "--" + name};
  }
  for (const auto& [name, value] : switches_) {
    if (app_->count("--" + name) > 0) given[name] = {value ? "true" : "false", "--" + name};
  }
  return given;
}

Result<GivenOptions> RunFlags::Config() const {
  if (app_->count("--config") == 0) return GivenOptions();
  return ReadConfig(config_);
}

Result<RunSettings> RunFlags::Resolve() const {
  GENET_ASSIGN(GivenOptions config, Config());
  config.insert(own_.begin(), own_.end());  // where the file says nothing
  GENET_ASSIGN(const GivenOptions flags, Flags());
  return ResolveSettings(config, flags);
}

Result<Shape> InputShape(std::string_view text, const RunSettings& settings) {
  if (text.empty()) {
    if (settings.preset == "arxiv-mnist") return Shape{1, 28, 28};
    if (settings.preset == "imagenet") return Shape{3, 224, 224};
    return Shape{3, 32, 32};
  }
  Shape shape;
  int* fields[] = {&shape.channels, &shape.height, &shape.width};
  const char* at = text.data();
  const char* end = text.data() + text.size();
  for (int i = 0; i < 3; ++i) {
    if (i > 0 && (at == end || *at++ != 'x')) break;
    auto [next, code] = std::from_chars(at, end, *fields[i]);
    if (code != std::errc() || *fields[i] < 1 || *fields[i] > 4096) break;
    at = next;
    if (i == 2 && at == end) return shape;
  }
  return UsageError("--input: '{}' is not CHANNELSxROWSxCOLUMNS such as 3x32x32", text);
}

fs::path CacheFolder() {
  std::error_code error;
  fs::path folder = fs::temp_directory_path(error) / "genet-cache";
  const char* own = std::getenv("GENET_CACHE_DIR");
  const char* all = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  if (own && *own) {
    folder = own;
  } else if (all && *all) {
    folder = fs::path(all) / "genet";
  } else if (home && *home) {
    folder = fs::path(home) / ".cache" / "genet";
  }
  const fs::path absolute = fs::absolute(folder, error);  // workers may run elsewhere
  return error ? folder : absolute;
}

fs::path ProgramPath() {
  std::error_code error;
  fs::path path = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path("genet") : path;
}

void PrintJson(const nlohmann::json& json) { (void)Print(json.dump(2) + "\n"); }

Status Print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return {};
  }
  if (errno != EPIPE) return Failure("cannot write to standard output");
  std::clearerr(stdout);  // the reader has seen enough (| head): no mistake, and nothing is lost
  return {};
}

std::string WithSeparators(int64_t number) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) digits.insert(at, ",");
  return (number < 0 ? "-" : "") + digits;
}

}  // namespace genet::cli
