#include <charconv>
#include <vector>

#include "genet/data/data_set.h"
#include "genet/data/readers.h"

namespace genet {
namespace {

constexpr std::string_view kSpecs =
    "synthetic, synthetic:SEED, cifar10:PATH, cifar100:PATH, mnist:PATH and svhn:PATH[,lcn]";

// What follows the kind: PATH or PATH,OPTION,... where the options start at the first comma after
// the last slash (so a folder with a comma in its name is written with a slash at its end).
struct Location {
  fs::path path;
  std::vector<std::string_view> options;
};

Location Locate(std::string_view text) {
  const size_t slash = text.rfind('/');
  size_t comma = text.find(',', slash == std::string_view::npos ? 0 : slash);
  Location location{.path = fs::path(text.substr(0, comma)), .options = {}};
  while (comma != std::string_view::npos) {
    const size_t next = text.find(',', comma + 1);
    location.options.push_back(text.substr(
        comma + 1, next == std::string_view::npos ? std::string_view::npos : next - comma - 1));
    comma = next;
  }
  return location;
}

Result<DataSet> OpenSvhnAt(std::string_view spec, const Location& at, const fs::path& cache) {
  bool contrast = false;
  for (const std::string_view option : at.options) {
    if (option != "lcn") {
      return UsageError("--data {}: unknown option '{}'; svhn knows lcn", spec, option);
    }
    contrast = true;
  }
  return OpenSvhn(at.path, contrast, cache);
}

}  // namespace

Result<DataSet> OpenDataSet(std::string_view spec, const fs::path& cache_folder) {
  const size_t colon = spec.find(':');
  const std::string_view kind = spec.substr(0, colon);
  const std::string_view rest =
      colon == std::string_view::npos ? std::string_view{} : spec.substr(colon + 1);

  if (kind == "synthetic") {
    uint64_t seed = 0;
    if (colon != std::string_view::npos) {
      const char* end = rest.data() + rest.size();
      const auto [stop, error] = std::from_chars(rest.data(), end, seed);
      if (error != std::errc{} || stop != end) {
        return UsageError("--data {}: the seed must be a whole number from 0 to 2^64 - 1", spec);
      }
    }
    return OpenSynthetic(seed, cache_folder);
  }
  const bool known = kind == "cifar10" || kind == "cifar100" || kind == "mnist" || kind == "svhn";
  if (known && rest.empty()) {
    return UsageError(
        "--data {0}: a path is missing: write {1}:PATH (`genet data fetch {1} PATH` gets the "
        "files)",
        spec, kind);
  }
  if (kind == "cifar10") return OpenCifar10(fs::path(rest), cache_folder);
  if (kind == "cifar100") return OpenCifar100(fs::path(rest), cache_folder);
  if (kind == "mnist") return OpenMnist(fs::path(rest), cache_folder);
  if (kind == "svhn") return OpenSvhnAt(spec, Locate(rest), cache_folder);
  return UsageError("--data {}: unknown data set; known are {}", spec, kSpecs);
}

}  // namespace genet
