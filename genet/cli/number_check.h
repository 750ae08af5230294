// What the number of a flag may be.
#pragma once

#include <CLI/CLI.hpp>
#include <limits>
#include <string>

#include "genet/base/parse.h"

namespace genet::cli {

// In the words of settings: "'x' is not a whole number from 1 to 9". CLI11's own check lets NaN
// pass.
template <class T>
CLI::Validator Within(T least, T most = std::numeric_limits<T>::max()) {
  return CLI::Validator(
      [limits = Limits<T>{.least = least, .most = most}](const std::string& text) {
        const Result<T> number = ParseNumber<T>(text, limits);
        return number ? std::string() : number.error().message;
      },
      /*description=*/"");
}

}  // namespace genet::cli
