// The Street View House Numbers in format 2: cropped digits of 32 x 32 pixels.
#include <array>

#include "genet/data/cache.h"
#include "genet/data/contrast.h"
#include "genet/data/data_spec.h"
#include "genet/data/image_file.h"
#include "genet/data/kinds.h"
#include "genet/data/mat_images.h"

namespace genet {
namespace {

// Changes whenever the conversion does, so that no old file is taken for a new one.
constexpr int kConversion = 1;
constexpr const char* kContrast = "lcn";  // the option for local contrast normalisation
constexpr int kSide = 32, kChannels = 3;
constexpr size_t kImageBytes = size_t{kChannels} * kSide * kSide;
constexpr int kClasses = 10;

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
  return OpenImageFile(folder / kFile, kClasses);
}

Result<DataSet> Open(const DataSpec& spec, const fs::path& cache_folder, const OpenOptions&) {
  const fs::path path = spec.path;
  const bool contrast = spec.Says(kContrast);
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
  const auto add_source = [&](size_t part, const ImageList& images) {
    const HeldOutPart& held_out = spec.kind->held_out[part];
    set.validation_sources.push_back(
        {.name = held_out.name, .images = images.size(), .held_out_per_class = held_out.per_class});
  };
  add_source(0, set.train);
  const fs::path extra_file = path / "extra_32x32.mat";
  if (fs::exists(extra_file, error)) {
    GENET_ASSIGN(const ImageList extra, OpenPart(extra_file, contrast, cache_folder));
    add_source(1, extra);
    set.train = Concatenate(set.train, extra);
  } else {
    set.notes.push_back(
        "extra_32x32.mat is missing: only train is trained on (the paper adds extra's 531,131 "
        "images)");
  }
  return set;
}

}  // namespace

DataKind SvhnKind() {
  return {.name = "svhn",
          .title = "SVHN",
          .syntax = "svhn:PATH[,lcn]",
          .options = {{.name = kContrast}},
          .open = Open,
          .official =
              OfficialFiles{.name = "svhn",
                            .address = "http://ufldl.stanford.edu/housenumbers/",
                            .files = {{"train_32x32.mat", "md5:e26dedcc434d2e4c54c9b2d4a06d8373"},
                                      {"test_32x32.mat", "md5:eb5a983be6a315427106f1b164d9cef3"},
                                      {"extra_32x32.mat", "md5:a93ce644f1a588dc4d68dda5feec44a7"}}},
          .image_size = {kChannels, kSide, kSide},
          .counts = DataCounts{73257 + 531131, 26032, kClasses},
          .held_out = {{"train", 400}, {"extra", 200}},
          .mirrored = false};
}

}  // namespace genet
