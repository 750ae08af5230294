#include "genet/network/notation.h"

#include <charconv>

namespace genet {

bool NotationReader::Take(std::string_view token) {
  if (text_.substr(at_, token.size()) != token) return false;
  at_ += token.size();
  return true;
}

Status NotationReader::Expect(std::string_view token) {
  if (Take(token)) return {};
  return UsageError("base network: expected {} at column {}, found {}", token, column(), Found());
}

Result<int> NotationReader::Integer(std::string_view what, int least, int most) {
  int value = 0;
  const auto [next, error] = std::from_chars(begin(), end(), value);
  if (error != std::errc() || value < least || value > most) {
    return UsageError("base network: expected a {} from {} to {} at column {}, found {}", what,
                      least, most, column(), Found());
  }
  at_ += next - begin();
  return value;
}

Result<double> NotationReader::Rate() {
  double value = 0;
  const auto [next, error] = std::from_chars(begin(), end(), value, std::chars_format::fixed);
  if (error != std::errc() || *begin() == '-' || !(value >= 0 && value < 1)) {
    return UsageError(
        "base network: expected a dropout rate of at least 0 and below 1 at column {}, found {}",
        column(), Found());
  }
  at_ += next - begin();
  return value;
}

std::string NotationReader::Found() const {
  if (done()) return "the end";
  std::string shown = "'";
  for (const char c : text_.substr(at_, 12)) {
    if (c == '-' && shown.size() > 1) break;
    shown += c >= 0x20 && c < 0x7f ? c : '?';
  }
  return shown + "'";
}

}  // namespace genet
