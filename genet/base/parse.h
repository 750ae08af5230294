// Numbers, switches and times as users write them, in flags and config files alike. The whole text
// must be one. Errors are usage errors that quote the text and say what it should be; where it
// stood only the caller knows.
#pragma once

#include <charconv>
#include <string_view>
#include <type_traits>

#include "genet/base/error.h"
#include "genet/base/limits.h"

namespace genet {

template <class T>
Result<T> ParseNumber(std::string_view text, const std::type_identity_t<Limits<T>>& limits = {}) {
  T value{};
  const char* const end = text.data() + text.size();
  const auto [after, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || after != end || !limits.contain(value)) {
    return UsageError("'{}' is not {}", text, limits.ToString());
  }
  return value;
}

// "true" or "false".
Result<bool> ParseSwitch(std::string_view text);

// "90", "90s", "15m", "2h" or "1.5h" in seconds, more than 0. `option` is named in an error.
Result<double> ParseDuration(std::string_view option, std::string_view text);

}  // namespace genet
