// Outcome files: what workers answer to their job files (docs/formats.md).
#pragma once

#include <string>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/search/evaluation.h"

namespace genet {

struct Outcome {
  std::string fingerprint;  // of its job
  Evaluation evaluation;    // attempts 0: whoever starts workers counts them
};

Status WriteOutcome(const fs::path& path, const Outcome& outcome);
// Strict: an unknown or missing key, or an evaluation that CheckEvaluation refuses, is an error.
// Reads what this build writes (version 2), and what builds wrote before measures had types.
Result<Outcome> ReadOutcome(const fs::path& path);

}  // namespace genet
