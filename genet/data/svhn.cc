// The Street View House Numbers in format 2: cropped digits of 32 x 32 pixels.
#include <array>

#include "genet/data/cache.h"
#include "genet/data/contrast.h"
#include "genet/data/image_file.h"
#include "genet/data/mat_images.h"
#include "genet/data/readers.h"

namespace genet {
namespace {

// Changes whenever the conversion does, so that no old file is taken for a new one.
constexpr int kConversion = 1;
constexpr int kSide = 32, kChannels = 3;
constexpr size_t kImageBytes = size_t{kChannels} * kSide * kSide;

Status Convert(const fs::path& mat, const fs::path& target, bool contrast) {
  GENET_ASSIGN(ImageFileWriter writer, ImageFileWriter::Create(target, kChannels, kSide, kSide));
  ContrastNormaliser normaliser(kChannels, kSide, kSide);
  std::vector<uint8_t> normalised;
  GENET_TRY(ReadSvhnMat(
      mat, [&](std::span<const uint8_t> pixels, std::span<const int32_t> labels) -> Status {
        if (!contrast) return writer.Add(pixels, labels);
        normalised.resize(pixels.size());
        for (size_t at = 0; at < pixels.size(); at += kImageBytes) {
          normaliser.Normalise(pixels.subspan(at, kImageBytes),
                               std::span(normalised).subspan(at, kImageBytes));
        }
        return writer.Add(normalised, labels);
      }));
  return writer.Finish();
}

Result<ImageList> OpenPart(const fs::path& mat, bool contrast, const fs::path& cache_folder) {
  constexpr const char* kFile = "images";
  GENET_ASSIGN(const std::string name, EntryNameFor(mat));
  const std::string entry =
      fmt::format("svhn{}-{}-{}", kConversion, contrast ? "lcn" : "raw", name);
  GENET_ASSIGN(const fs::path folder, MakeOnce(cache_folder, entry, [&](const fs::path& making) {
                 return Convert(mat, making / kFile, contrast);
               }));
  return OpenImageFile(folder / kFile, 10);
}

}  // namespace

Result<DataSet> OpenSvhn(const fs::path& path, bool contrast, const fs::path& cache_folder) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return Failure("{0}: no such folder; `genet data fetch svhn {0}` gets the files",
                   path.string());
  }
  for (const char* file : {"train_32x32.mat", "test_32x32.mat"}) {
    if (!fs::exists(path / file, error)) {
      return Failure("{}: missing; `genet data fetch svhn {}` gets the files",
                     (path / file).string(), path.string());
    }
  }
  DataSet set{.name = contrast ? "svhn,lcn" : "svhn",
              .class_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
              .train = {},
              .test = {}};
  GENET_ASSIGN(set.train, OpenPart(path / "train_32x32.mat", contrast, cache_folder));
  GENET_ASSIGN(set.test, OpenPart(path / "test_32x32.mat", contrast, cache_folder));
  // The paper holds out 400 images a class of train and 200 of extra.
  set.validation_sources = {
      {.name = "train", .images = set.train.size(), .held_out_per_class = 400}};
  const fs::path extra_file = path / "extra_32x32.mat";
  if (fs::exists(extra_file, error)) {
    GENET_ASSIGN(const ImageList extra, OpenPart(extra_file, contrast, cache_folder));
    set.validation_sources.push_back(
        {.name = "extra", .images = extra.size(), .held_out_per_class = 200});
    set.train = Concatenate(set.train, extra);
  } else {
    set.notes.push_back(
        "extra_32x32.mat is missing: only train is trained on (the paper adds extra's 531,131 "
        "images)");
  }
  return set;
}

}  // namespace genet
