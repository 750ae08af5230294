// What a number may be: for flags, config files, job files and run stores alike.
#pragma once

#include <fmt/format.h>

#include <limits>
#include <string>
#include <type_traits>

namespace genet {

template <class T>
struct Limits {
  T least = std::numeric_limits<T>::lowest();
  T most = std::numeric_limits<T>::max();
  bool below_most = false;  // `most` itself is too much

  // Written so that a NaN is outside.
  bool contain(T value) const {
    return value >= least && value <= most && !(below_most && value == most);
  }
  // "a whole number", "a whole number of at least 0", "a number from 0 to below 1".
  std::string ToString() const {
    const char* kind = std::is_integral_v<T> ? "a whole number" : "a number";
    if (std::is_signed_v<T> && least == Limits().least && most == Limits().most) return kind;
    if (most == std::numeric_limits<T>::max()) return fmt::format("{} of at least {}", kind, least);
    return fmt::format("{} from {} to {}{}", kind, least, below_most ? "below " : "", most);
  }
};

}  // namespace genet
