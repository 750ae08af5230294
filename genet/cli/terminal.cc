#include "genet/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "genet/base/print_error.h"

namespace genet::cli {
namespace {

constexpr const char* kClearLine = "\r\033[K";

// Asked for each time, for windows change their size.
size_t Columns() {
  struct winsize size {};
  constexpr size_t kUnknown = 80;
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUnknown;
}

}  // namespace

std::string CutTo(const std::string& line, size_t columns) {
  constexpr std::string_view kMore = "...";
  if (line.size() <= columns) return line;
  if (columns <= kMore.size()) return line.substr(0, columns);
  return line.substr(0, columns - kMore.size()) + std::string(kMore);
}

void LiveLine::Draw(const std::string& line) const {
  // The last column stays free: some terminals wrap as soon as it is filled.
  if (shown_) PrintError("{}{}", kClearLine, CutTo(line, Columns() - 1));
}

void LiveLine::Clear() const {
  if (shown_) PrintError("{}", kClearLine);
}

}  // namespace genet::cli
