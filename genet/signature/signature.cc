#include "genet/signature/signature.h"

#include <algorithm>

#include "genet/kernels/signature.h"
#include "genet/signature/genomes.h"
#include "genet/signature/networks.h"
#include "genet/signature/rows.h"
#include "genet/signature/search.h"

namespace genet {
namespace {

using Rows = Result<std::vector<NamedHash>>;

Rows GenomeRows(const SignatureOptions&) {
  return std::vector<NamedHash>{{"genomes.3,4", HashCanonicalForms({{3, 4}})},
                                {"genomes.5", HashCanonicalForms({{5}})}};
}

Rows KernelRows(const SignatureOptions& options) {
  return RowsOnEachTarget("kernels", options.targets, [&](const std::string&) -> Rows {
    if (options.stop()) return Failure("stopped");
    return kernels::HashKernels();
  });
}

Rows NetworkRows(const SignatureOptions& options) {
  return RowsOnEachTarget("networks", options.targets, [&](const std::string&) {
    return HashNetworks(options.threads, options.stop);
  });
}

Rows SearchRows(const SignatureOptions& options) {
  return RowsOnEachTarget("search", options.targets, [&](const std::string& target) -> Rows {
    GENET_ASSIGN(const uint64_t hash, HashSearch({.program = options.program,
                                                  .target = target,
                                                  .workers = options.workers,
                                                  .disturbed = options.disturbed,
                                                  .stop = options.stop}));
    return std::vector<NamedHash>{{"", hash}};
  });
}

struct Part {
  const char* name;
  Rows (*make)(const SignatureOptions&);
};
constexpr Part kParts[] = {{"genomes", GenomeRows},
                           {"kernels", KernelRows},
                           {"networks", NetworkRows},
                           {"search", SearchRows}};

}  // namespace

std::vector<std::string> SignatureParts() {
  std::vector<std::string> names;
  for (const Part& part : kParts) names.emplace_back(part.name);
  return names;
}

Result<Signature> MakeSignature(const SignatureOptions& options) {
  Signature signature;
  for (const Part& part : kParts) {
    if (std::find(options.parts.begin(), options.parts.end(), part.name) == options.parts.end()) {
      continue;
    }
    options.begin(part.name);
    GENET_ASSIGN(const std::vector<NamedHash> rows, part.make(options));
    signature.rows.insert(signature.rows.end(), rows.begin(), rows.end());
  }
  for (const std::string& target : options.targets) {
    const std::string rounding = RoundingOf(target);
    const NamedHash one{rounding.substr(1), HashOfRows(signature.rows, rounding)};
    if (std::find(signature.closing.begin(), signature.closing.end(), one) ==
        signature.closing.end()) {
      signature.closing.push_back(one);
    }
  }
  return signature;
}

std::string ToText(const Signature& signature) {
  std::string text;
  for (const NamedHash& row : signature.rows) {
    text += fmt::format("{:<34}{}\n", row.name, ToText(row.hash));
  }
  text += "signature";
  for (const NamedHash& hash : signature.closing) {
    text += fmt::format(" {} {}", hash.name, ToText(hash.hash));
  }
  return text + "\n";
}

}  // namespace genet
