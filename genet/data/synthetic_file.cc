// The synthetic set as a file that all workers of a machine map: a header of 64 bytes, then
// records of a label byte and the pixels, first those to train on.
#include <algorithm>
#include <cstring>

#include "genet/data/cache.h"
#include "genet/data/data_spec.h"
#include "genet/data/kinds.h"
#include "genet/data/records.h"
#include "genet/data/synthetic.h"

namespace genet {
namespace {

// Changes whenever the drawing or the number of images does, so that no old file is taken for a new
// one.
constexpr int kDrawingVersion = 3;
// As many as CIFAR-10 has, so that settings made for one fit the other.
constexpr size_t kTrainImages = 50000;
constexpr size_t kTestImages = 10000;
constexpr size_t kHeaderBytes = 64;
constexpr size_t kRecordBytes = 1 + kSyntheticImageBytes;

std::string Header(uint64_t seed) {
  std::string header = fmt::format("genet synthetic {} seed {}\n", kDrawingVersion, seed);
  header.resize(kHeaderBytes, '\0');
  return header;
}

// Each class equally often, in random order.
Status WritePart(FileWriter& writer, RandomKey key, size_t count) {
  std::vector<uint8_t> labels(count);
  for (size_t i = 0; i < count; ++i) labels[i] = static_cast<uint8_t>(i % kSyntheticClasses);
  RandomStream order(key.Derive("order"));
  Shuffle(order, std::span(labels));
  const RandomKey images = key.Derive("images");
  std::vector<uint8_t> block(100 * kRecordBytes);
  for (size_t start = 0; start < count; start += 100) {
    const size_t size = std::min<size_t>(100, count - start);
    for (size_t i = 0; i < size; ++i) {
      uint8_t* record = block.data() + i * kRecordBytes;
      record[0] = labels[start + i];
      DrawSynthetic(images.Derive(start + i), record[0], record + 1);
    }
    GENET_TRY(writer.Write(block.data(), size * kRecordBytes));
  }
  return {};
}

Status WriteImages(const fs::path& path, uint64_t seed) {
  GENET_ASSIGN(FileWriter writer, FileWriter::Create(path));
  const std::string header = Header(seed);
  GENET_TRY(writer.Write(header.data(), header.size()));
  const RandomKey key = RandomKey(seed).Derive("synthetic data");
  GENET_TRY(WritePart(writer, key.Derive("train"), kTrainImages));
  GENET_TRY(WritePart(writer, key.Derive("test"), kTestImages));
  return writer.Finish();
}

Result<DataSet> Open(const DataSpec& spec, const fs::path& cache_folder, const OpenOptions&) {
  const uint64_t seed = spec.seed;
  constexpr const char* kFile = "images.bin";
  const std::string entry = fmt::format("synthetic-{}-{}", kDrawingVersion, seed);
  GENET_ASSIGN(const fs::path folder, MakeOnce(cache_folder, entry, [&](const fs::path& making) {
                 return WriteImages(making / kFile, seed);
               }));
  const fs::path path = folder / kFile;
  GENET_ASSIGN(MappedFile mapped, MappedFile::Open(path));
  const size_t expected = kHeaderBytes + (kTrainImages + kTestImages) * kRecordBytes;
  if (mapped.bytes().size() != expected) {
    return Failure("{}: {} bytes, expected {}; remove the folder, it is made anew", path.string(),
                   mapped.bytes().size(), expected);
  }
  if (std::memcmp(mapped.bytes().data(), Header(seed).data(), kHeaderBytes) != 0) {
    return Failure("{}: damaged header at byte 0; remove the folder, it is made anew",
                   path.string());
  }
  auto file = std::make_shared<const MappedFile>(std::move(mapped));
  const RecordFormat format{.labels = {{"label", kSyntheticClasses}},
                            .channels = 3,
                            .height = kSyntheticSide,
                            .width = kSyntheticSide};
  RecordReader train(format), test(format);
  GENET_TRY(train.AddRange(path, file, kHeaderBytes, kTrainImages));
  GENET_TRY(test.AddRange(path, file, kHeaderBytes + kTrainImages * kRecordBytes, kTestImages));
  return DataSet{.name = "synthetic",
                 .class_names = SyntheticClassNames(),
                 .train = train.Take(),
                 .test = test.Take()};
}

}  // namespace

DataKind SyntheticKind() {
  return {.name = "synthetic",
          .title = "drawn images",
          .syntax = "synthetic, synthetic:SEED",
          .argument = DataKind::Argument::kSeed,
          .open = Open,
          .image_size = {3, kSyntheticSide, kSyntheticSide},
          .counts = DataCounts{kTrainImages, kTestImages, kSyntheticClasses}};
}

}  // namespace genet
