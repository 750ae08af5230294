// What this build computes, as a few hashes: two builds with the same signature give the same
// results. Refactoring is held against the golden values in tests/golden/signature.txt.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/base/hash.h"

namespace genet {

// In the order in which they are made.
std::vector<std::string> SignatureParts();  // "genomes", "kernels", "networks", "search"

struct SignatureOptions {
  std::vector<std::string> parts = SignatureParts();
  std::vector<std::string> targets;  // names of SIMD targets of this machine
  fs::path program = {};             // genet, for the search's processes
  int threads = 1;                   // in networks; no hash depends on it
  int workers = 1;                   // of the search; no hash depends on it
  bool disturbed = true;             // SearchPlan::disturbed
  std::function<bool()> stop = [] { return false; };
  std::function<void(const std::string& part)> begin = [](const std::string&) {};
};

struct Signature {
  std::vector<NamedHash> rows;  // such as {"kernels.direct.fma", ...}; docs/reproducibility.md
  // One of all rows for each rounding that the targets have: {"fma", ...}, {"plain", ...}.
  std::vector<NamedHash> closing;
};

// Takes less than a minute on two cores. An error if targets that round alike disagree, if the
// search could not be made as it should, or "stopped".
Result<Signature> MakeSignature(const SignatureOptions& options);

// A line for each row and a closing one: the text of tests/golden/signature.txt.
std::string ToText(const Signature& signature);

}  // namespace genet
