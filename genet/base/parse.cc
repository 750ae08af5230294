#include "genet/base/parse.h"

#include <cmath>

namespace genet {

Result<bool> ParseSwitch(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return UsageError("'{}' is neither true nor false", text);
}

Result<double> ParseDuration(std::string_view option, std::string_view text) {
  double unit = 1;
  std::string_view number = text;
  if (!number.empty()) {
    switch (number.back()) {
      case 'h':
        unit *= 60;
        [[fallthrough]];
      case 'm':
        unit *= 60;
        [[fallthrough]];
      case 's':
        number.remove_suffix(1);
    }
  }
  const Result<double> value = ParseNumber<double>(number);
  if (!value || !(*value > 0) || !std::isfinite(*value * unit)) {
    return UsageError("{}: '{}' is not a duration such as 90s, 15m or 2h", option, text);
  }
  return *value * unit;
}

}  // namespace genet
