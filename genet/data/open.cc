#include <algorithm>
#include <charconv>
#include <vector>

#include "genet/data/data_set.h"
#include "genet/data/readers.h"

namespace genet {
namespace {

constexpr std::string_view kSpecs =
    "synthetic, synthetic:SEED, cifar10:PATH, cifar100:PATH, mnist:PATH, svhn:PATH[,lcn], "
    "images:PATH[,size=N,...] and imagenet:PATH[,size=N,...]";

// What follows the kind: PATH or PATH,OPTION,... where the options start at the first comma after
// the last slash (so a folder with a comma in its name is written with a slash at its end).
struct Location {
  std::string_view path;
  std::vector<std::string_view> options;
};

Location Locate(std::string_view text) {
  const size_t slash = text.rfind('/');
  size_t comma = text.find(',', slash == std::string_view::npos ? 0 : slash);
  Location location{.path = text.substr(0, comma), .options = {}};
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

// From this size on, pictures are decoded when they are wanted: 50,000 of 128 x 128 take 2.5 GB.
constexpr int kStreamedSide = 129;
constexpr int kSmallestSide = 8, kLargestSide = 4096;

Result<int> Number(std::string_view spec, std::string_view name, std::string_view text, int least,
                   int most) {
  int value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    return UsageError("--data {}: {} must be a whole number from {} to {}", spec, name, least,
                      most);
  }
  return value;
}

Result<DataSet> OpenPicturesAt(std::string_view spec, std::string_view kind, const Location& at,
                               const fs::path& cache, const OpenOptions& open) {
  PictureSetOptions options;
  options.name = kind;
  options.folder.label_file_allowed = kind == "imagenet";
  int side = 224, shorter_side = 0;
  std::string_view when;
  for (const std::string_view option : at.options) {
    const size_t equals = option.find('=');
    const std::string_view name = option.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view{} : option.substr(equals + 1);
    if (name == "size") {
      GENET_ASSIGN(side, Number(spec, name, value, kSmallestSide, kLargestSide));
    } else if (name == "shorter") {
      GENET_ASSIGN(shorter_side, Number(spec, name, value, kSmallestSide, kLargestSide));
    } else if (name == "test" && kind == "images") {
      GENET_ASSIGN(options.folder.test_percent, Number(spec, name, value, 1, 99));
    } else if (name == "seed" && kind == "images") {
      GENET_ASSIGN(const int seed, Number(spec, name, value, 0, 1 << 30));
      options.folder.seed = static_cast<uint64_t>(seed);
    } else if (name == "labels" && kind == "imagenet" && !value.empty()) {
      options.folder.label_file = std::string(value);
    } else if (option == "once" || option == "stream") {
      when = option;
    } else if (option == "skip-damaged") {
      options.skip_damaged = true;
    } else {
      return UsageError(
          "--data {}: unknown option '{}'; {} knows size=N, shorter=N, once, stream, "
          "skip-damaged and {}",
          spec, option, kind, kind == "images" ? "test=PERCENT, seed=N" : "labels=NAME");
    }
  }
  options.stream = when.empty() ? side >= kStreamedSide : when == "stream";
  // 256 for 224; what is kept decoded is moved by augmentation instead of being cut out anew.
  if (shorter_side == 0) shorter_side = options.stream ? (side * 8 + 3) / 7 : side;
  if (shorter_side < side) {
    return UsageError("--data {}: shorter={} is less than size={}", spec, shorter_side, side);
  }
  options.framing = {.shorter_side = shorter_side, .side = side};
  return OpenPictureSet(at.path, options, cache, open);
}

bool SaysSize(std::string_view option) {
  return option.starts_with("size=") || option.starts_with("shorter=");
}

}  // namespace

bool IsOfPictures(std::string_view spec) {
  return spec.starts_with("images:") || spec.starts_with("imagenet:");
}

std::string WithPictureSize(std::string_view spec, int side) {
  if (!IsOfPictures(spec)) return std::string(spec);
  const Location at = Locate(spec);
  std::string sized = fmt::format("{},size={}", at.path, side);
  for (const std::string_view option : at.options) {
    if (!SaysSize(option)) sized += fmt::format(",{}", option);
  }
  return sized;
}

bool LacksPictureSize(std::string_view spec) {
  const std::vector<std::string_view> options = Locate(spec).options;
  return IsOfPictures(spec) && std::none_of(options.begin(), options.end(), SaysSize);
}

Result<DataSet> OpenDataSet(std::string_view spec, const fs::path& cache_folder,
                            const OpenOptions& options) {
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
  if ((kind == "images" || kind == "imagenet") && rest.empty()) {
    return UsageError("--data {0}: a path is missing: write {1}:PATH", spec, kind);
  }
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
  if (kind == "images" || kind == "imagenet") {
    return OpenPicturesAt(spec, kind, Locate(rest), cache_folder, options);
  }
  return UsageError("--data {}: unknown data set; known are {}", spec, kSpecs);
}

}  // namespace genet
