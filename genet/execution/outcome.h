// Outcome files: what workers answer to their job files (docs/formats.md).
#pragma once

#include <string>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/search/evaluation.h"

namespace genet {

struct Outcome {
  std::string fingerprint;  // of its job
  Evaluation evaluation;    // attempts 0: the pool counts them
};
Status WriteOutcome(const fs::path& path, const Outcome& outcome);
// Strict: an unknown or missing key, or an accuracy outside [0, 1], is an error.
Result<Outcome> ReadOutcome(const fs::path& path);

}  // namespace genet
