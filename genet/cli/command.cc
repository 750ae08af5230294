#include "genet/cli/command.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "genet/settings/presets.h"

namespace genet::cli {

Result<Shape> InputShape(std::string_view text, std::string_view preset) {
  if (text.empty()) {
    for (const PresetDescription& known : Presets()) {
      if (known.name == preset) return known.input;
    }
    return PresetDescription().input;
  }
  Result<Shape> shape = ParseShape(text, 4096);
  if (!shape) return UsageError("--input: {}", shape.error().message);
  return shape;
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
