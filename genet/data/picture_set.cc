#include "genet/data/picture_set.h"

#include <algorithm>
#include <cstring>
#include <thread>

#include "genet/base/check.h"
#include "genet/base/random.h"
#include "genet/data/cache.h"
#include "genet/data/image_file.h"
#include "genet/data/prefetch.h"

namespace genet {
namespace {

// Changes whenever what the cache holds does, so that no old entry is taken for a new one.
constexpr int kVersion = 1;
constexpr size_t kChannels = 3;
constexpr const char* kSkippedFile = "skipped";
constexpr const char* kSumsFile = "sums";

// What is known of a picture that is decoded when it is wanted. Kept as it is in the cache.
struct PictureSums {
  ChannelSums channels[kChannels];
};

class StreamedPictures : public ImageDecoder {
 public:
  StreamedPictures(fs::path folder, std::vector<Picture> pictures, Framing framing, MappedFile sums,
                   int threads)
      : folder_(std::move(folder)),
        pictures_(std::move(pictures)),
        framing_(framing),
        sums_(std::move(sums)),
        threads_(threads) {}

  Status Decode(uint32_t picture, const std::optional<CropPlace>& place,
                std::span<uint8_t> pixels) const override {
    const Status decoded =
        DecodePicture(folder_ / pictures_[picture].file, framing_, place, pixels);
    if (decoded) return {};
    return Failure("{}; it has changed since the set was opened first", decoded.error().message);
  }
  std::span<const ChannelSums> Sums(uint32_t picture) const override {
    const auto* all = reinterpret_cast<const PictureSums*>(sums_.bytes().data());
    return all[picture].channels;
  }
  int threads() const override { return threads_; }

 private:
  fs::path folder_;
  std::vector<Picture> pictures_;
  Framing framing_;
  MappedFile sums_;
  int threads_;
};

// Decodes all pictures in order with all cores. `take` gets the pixels of each, or an error.
Status DecodeAll(
    const PictureFolder& found, const std::vector<const Picture*>& pictures, const Framing& framing,
    const OpenOptions& open,
    const std::function<Status(size_t, const Status&, std::span<const uint8_t>)>& take) {
  const int threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  const size_t slots = size_t{8} * threads, bytes = framing.image_bytes();
  std::vector<uint8_t> buffer(slots * bytes);
  std::vector<Status> results(slots);
  Prefetcher prefetcher(pictures.size(), slots, threads, [&](size_t item, size_t slot) -> Status {
    results[slot] = DecodePicture(found.folder / pictures[item]->file, framing, std::nullopt,
                                  std::span(buffer).subspan(slot * bytes, bytes));
    return {};
  });
  for (size_t i = 0; i < pictures.size(); ++i) {
    GENET_TRY(prefetcher.WaitUntil(i + 1));
    GENET_TRY(take(i, results[i % slots], std::span(buffer).subspan(i % slots * bytes, bytes)));
    prefetcher.Release(i + 1);
    if (open.progress && (i % 256 == 255 || i + 1 == pictures.size())) {
      open.progress(i + 1, pictures.size());
    }
  }
  return {};
}

// Fills a folder of the cache: the decoded images of both parts or the sums of all pictures, and
// the numbers of the skipped ones with what is wrong with them.
Status Prepare(const PictureFolder& found, const PictureSetOptions& options,
               const OpenOptions& open, const fs::path& folder) {
  std::vector<const Picture*> pictures;
  for (const Picture& picture : found.train) pictures.push_back(&picture);
  for (const Picture& picture : found.test) pictures.push_back(&picture);
  const int side = options.framing.side;
  std::vector<ImageFileWriter> parts;
  if (!options.stream) {
    for (const char* part : {"train", "test"}) {
      GENET_ASSIGN(ImageFileWriter writer,
                   ImageFileWriter::Create(folder / part, kChannels, side, side));
      parts.push_back(std::move(writer));
    }
  }
  std::vector<PictureSums> sums(options.stream ? pictures.size() : 0);
  std::string skipped;
  GENET_TRY(DecodeAll(
      found, pictures, options.framing, open,
      [&](size_t i, const Status& decoded, std::span<const uint8_t> pixels) -> Status {
        if (!decoded) {
          if (!options.skip_damaged) {
            return Failure("{}; mend or remove it, or add ,skip-damaged to leave such files out",
                           decoded.error().message);
          }
          skipped += fmt::format("{} {}\n", i, decoded.error().message);
          return {};
        }
        if (options.stream) {
          const std::vector<ChannelSums> channels = SumChannels(pixels, kChannels);
          std::copy(channels.begin(), channels.end(), sums[i].channels);
          return {};
        }
        return parts[i < found.train.size() ? 0 : 1].Add(pixels, std::span(&pictures[i]->label, 1));
      }));
  for (ImageFileWriter& part : parts) GENET_TRY(part.Finish());
  if (options.stream) {
    GENET_ASSIGN(FileWriter writer, FileWriter::Create(folder / kSumsFile));
    GENET_TRY(writer.Write(sums.data(), sums.size() * sizeof(PictureSums)));
    GENET_TRY(writer.Finish());
  }
  return WriteFileAtomically(folder / kSkippedFile, skipped);
}

struct Skipped {
  std::vector<size_t> numbers;  // ascending
  std::vector<std::string> notes;
};

Result<Skipped> ReadSkipped(const fs::path& path) {
  constexpr size_t kNamed = 10;
  GENET_ASSIGN(const std::string text, ReadFile(path));
  Skipped skipped;
  for (size_t at = 0; at < text.size();) {
    const size_t blank = text.find(' ', at), end = text.find('\n', at);
    if (blank == std::string::npos || end == std::string::npos || blank > end) {
      return Failure("{}: damaged; remove its folder from the cache, it is made anew",
                     path.string());
    }
    skipped.numbers.push_back(std::strtoull(text.c_str() + at, nullptr, 10));
    if (skipped.numbers.size() <= kNamed) {
      skipped.notes.push_back("left out: " + text.substr(blank + 1, end - blank - 1));
    }
    at = end + 1;
  }
  if (skipped.numbers.size() > kNamed) {
    skipped.notes.push_back(fmt::format("{} more damaged files are left out; {} names them",
                                        skipped.numbers.size() - kNamed, path.string()));
  }
  return skipped;
}

Status OpenStreamed(DataSet& set, PictureFolder found, const PictureSetOptions& options,
                    const Skipped& skipped, const fs::path& folder, int threads) {
  GENET_ASSIGN(MappedFile sums, MappedFile::Open(folder / kSumsFile));
  const size_t train = found.train.size();
  std::vector<Picture> pictures = std::move(found.train);
  pictures.insert(pictures.end(), std::make_move_iterator(found.test.begin()),
                  std::make_move_iterator(found.test.end()));
  if (sums.bytes().size() != pictures.size() * sizeof(PictureSums)) {
    return Failure("{}: damaged; remove its folder from the cache, it is made anew",
                   (folder / kSumsFile).string());
  }
  std::vector<uint32_t> numbers[2];
  std::vector<int32_t> labels[2];
  size_t next = 0;
  for (size_t i = 0; i < pictures.size(); ++i) {
    if (next < skipped.numbers.size() && skipped.numbers[next] == i) {
      ++next;
      continue;
    }
    const size_t part = i < train ? 0 : 1;
    numbers[part].push_back(static_cast<uint32_t>(i));
    labels[part].push_back(pictures[i].label);
  }
  const auto decoder = std::make_shared<const StreamedPictures>(
      found.folder, std::move(pictures), options.framing, std::move(sums), threads);
  const int side = options.framing.side;
  ImageList* const lists[2] = {&set.train, &set.test};
  for (int part = 0; part < 2; ++part) {
    *lists[part] = ImageList(decoder, kChannels, side, side, std::move(numbers[part]),
                             std::move(labels[part]));
  }
  return {};
}

// Skipping can empty a class.
Status CheckEveryClassIsThere(const DataSet& set, const fs::path& path) {
  std::vector<size_t> images(static_cast<size_t>(set.classes()));
  for (size_t i = 0; i < set.train.size(); ++i) ++images[static_cast<size_t>(set.train.label(i))];
  for (size_t c = 0; c < images.size(); ++c) {
    if (images[c] == 0) {
      return Failure("{}: every training picture of class {} is damaged", path.string(),
                     set.class_names[c]);
    }
  }
  if (set.test.size() == 0) return Failure("{}: every test picture is damaged", path.string());
  return {};
}

}  // namespace

Result<DataSet> OpenPictureSet(const fs::path& path, const PictureSetOptions& options,
                               const fs::path& cache_folder, const OpenOptions& open) {
  GENET_ASSIGN(PictureFolder found, FindPictures(path, options.folder));
  std::error_code error;
  const fs::path whole = fs::canonical(path, error);
  if (error) return Failure("cannot read {}: {}", path.string(), error.message());
  const Framing& framing = options.framing;
  const RandomKey key = RandomKey(found.fingerprint)
                            .Derive(whole.string())
                            .Derive(options.folder.seed)
                            .Derive(static_cast<uint64_t>(options.folder.test_percent));
  const std::string entry = fmt::format(
      "pictures{}-{}-{}of{}{}-{:016x}", kVersion, options.stream ? "stream" : "once", framing.side,
      framing.shorter_side, options.skip_damaged ? "-skip" : "", key.value());
  GENET_ASSIGN(const fs::path folder, MakeOnce(cache_folder, entry, [&](const fs::path& making) {
                 return Prepare(found, options, open, making);
               }));

  DataSet set{.name = options.name,
              .class_names = found.class_names,
              .train = {},
              .test = {},
              .validation_sources = {},
              .notes = found.notes};
  GENET_ASSIGN(const Skipped skipped, ReadSkipped(folder / kSkippedFile));
  set.notes.insert(set.notes.end(), skipped.notes.begin(), skipped.notes.end());
  if (options.stream) {
    GENET_TRY(OpenStreamed(set, std::move(found), options, skipped, folder, open.loader_threads));
  } else {
    GENET_ASSIGN(set.train, OpenImageFile(folder / "train", set.classes()));
    GENET_ASSIGN(set.test, OpenImageFile(folder / "test", set.classes()));
  }
  GENET_TRY(CheckEveryClassIsThere(set, path));
  return set;
}

}  // namespace genet
