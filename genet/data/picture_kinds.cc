// Folders of pictures: any that a user brings, and ImageNet's.
#include "genet/data/data_spec.h"
#include "genet/data/kinds.h"
#include "genet/data/picture_set.h"

namespace genet {
namespace {

constexpr int kSide = 224;  // of images whose SPEC says no size
// From this size on, pictures are decoded when they are wanted: 50,000 of 128 x 128 take 2.5 GB.
constexpr int kStreamedSide = 129;

Result<DataSet> Open(const DataSpec& spec, const fs::path& cache_folder, const OpenOptions& open) {
  PictureSetOptions options;
  options.name = spec.kind->name;
  options.folder.label_file_allowed = spec.kind->FindOption("labels") != nullptr;
  int side = kSide, shorter_side = 0;
  std::string_view when;
  for (const SpecOption& option : spec.options) {
    if (option.name == "size") side = option.number;
    if (option.name == "shorter") shorter_side = option.number;
    if (option.name == "once" || option.name == "stream") when = option.name;
    if (option.name == "skip-damaged") options.skip_damaged = true;
    if (option.name == "test") options.folder.test_percent = option.number;
    if (option.name == "seed") options.folder.seed = static_cast<uint64_t>(option.number);
    if (option.name == "labels") options.folder.label_file = option.value;
  }
  options.stream = when.empty() ? side >= kStreamedSide : when == "stream";
  // 256 for 224; what is kept decoded is moved by augmentation instead of being cut out anew.
  if (shorter_side == 0) shorter_side = options.stream ? (side * 8 + 3) / 7 : side;
  if (shorter_side < side) {
    return UsageError("--data {}: shorter={} is less than size={}", spec.text, shorter_side, side);
  }
  options.framing = {.shorter_side = shorter_side, .side = side};
  return OpenPictureSet(spec.path, options, cache_folder, open);
}

DataKind Kind(const char* name, const char* title, const std::vector<DataOption>& own_options) {
  constexpr std::pair kSides = {8, 4096};
  DataKind kind{.name = name,
                .title = title,
                .syntax = fmt::format("{}:PATH[,size=N,...]", name),
                .options = {{.name = "size", .value = "N", .limits = kSides},
                            {.name = "shorter", .value = "N", .limits = kSides},
                            {.name = "once"},
                            {.name = "stream"},
                            {.name = "skip-damaged"}},
                .open = Open,
                .image_size = {3, kSide, kSide}};
  kind.options.insert(kind.options.end(), own_options.begin(), own_options.end());
  return kind;
}

}  // namespace

DataKind ImagesKind() {
  DataKind kind = Kind("images", "folders of pictures",
                       {{.name = "test", .value = "PERCENT", .limits = {{1, 99}}},
                        {.name = "seed", .value = "N", .limits = {{0, 1 << 30}}}});
  kind.official = OfficialFiles{
      .name = "caltech256",
      .address = {},
      .files = {},
      .instructions =
          "get 256_ObjectCategories.tar from https://data.caltech.edu/records/nyy15-4j048 (its "
          "terms are there), unpack it, remove the folder 257.clutter, and give --data "
          "images:DIR/256_ObjectCategories"};
  return kind;
}

DataKind ImageNetKind() {
  DataKind kind = Kind("imagenet", "ImageNet", {{.name = "labels", .value = "NAME"}});
  kind.official = OfficialFiles{
      .name = "imagenet",
      .address = {},
      .files = {},
      .instructions =
          "the pictures are given to registered researchers only: register at "
          "https://image-net.org/download.php, unpack ILSVRC2012_img_train.tar and the archives in "
          "it into DIR/train/WNID/ and ILSVRC2012_img_val.tar into DIR/val/, put val.txt (a line "
          "'NAME CLASS' for each) into DIR, and give --data imagenet:DIR"};
  kind.counts = DataCounts{1281167, 50000, 1000};
  return kind;
}

}  // namespace genet
