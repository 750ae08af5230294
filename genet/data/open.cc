#include <charconv>

#include "genet/data/data_set.h"
#include "genet/data/readers.h"

namespace genet {

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
  const bool known = kind == "cifar10" || kind == "cifar100" || kind == "mnist";
  if (known && rest.empty()) {
    return UsageError(
        "--data {0}: a path is missing: write {1}:PATH (`genet data fetch {1} PATH` gets the "
        "files)",
        spec, kind);
  }
  if (kind == "cifar10") return OpenCifar10(fs::path(rest), cache_folder);
  if (kind == "cifar100") return OpenCifar100(fs::path(rest), cache_folder);
  if (kind == "mnist") return OpenMnist(fs::path(rest), cache_folder);
  return UsageError(
      "--data {}: unknown data set; known are synthetic, synthetic:SEED, cifar10:PATH, "
      "cifar100:PATH and mnist:PATH",
      spec);
}

}  // namespace genet
