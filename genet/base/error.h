// Errors that a user or the outside world can cause.
//
// A function that can fail for such a reason returns Result<T>; nothing in GeNet throws, and
// exceptions of third-party libraries are caught at the edge of the module that uses the library.
// A broken internal promise is not an error: see base/check.h.
#pragma once

#include <fmt/format.h>

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace genet {

enum class ErrorKind {
  kUsage,    // the user asked for something that cannot be: exit status 2
  kFailure,  // what was asked for could not be done: exit status 1
};

// One line that says what, where, and what to do.
struct Error {
  ErrorKind kind = ErrorKind::kFailure;
  std::string message;
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

template <class... Args>
[[nodiscard]] tl::unexpected<Error> UsageError(fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected(Error{ErrorKind::kUsage, fmt::format(format, std::forward<Args>(args)...)});
}

template <class... Args>
[[nodiscard]] tl::unexpected<Error> Failure(fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected(
      Error{ErrorKind::kFailure, fmt::format(format, std::forward<Args>(args)...)});
}

}  // namespace genet

#define GENET_CONCAT_INNER(a, b) a##b
#define GENET_CONCAT(a, b) GENET_CONCAT_INNER(a, b)

// GENET_TRY(status_expression): returns the error from this function, if there is one.
#define GENET_TRY(expression)                                      \
  do {                                                             \
    if (auto genet_status = (expression); !genet_status)           \
      return tl::unexpected<::genet::Error>(genet_status.error()); \
  } while (false)

// GENET_ASSIGN(variable_or_declaration, result_expression): unpacks the value or returns the error.
#define GENET_ASSIGN(target, expression) \
  GENET_ASSIGN_INNER(target, expression, GENET_CONCAT(genet_result_, __LINE__))
#define GENET_ASSIGN_INNER(target, expression, result)                \
  auto result = (expression);                                         \
  if (!result) return tl::unexpected<::genet::Error>(result.error()); \
  target = *std::move(result)
