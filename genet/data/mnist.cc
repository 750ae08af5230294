// MNIST in IDX files: big-endian magic number and dimensions, then bytes.
#include <array>

#include "genet/data/data_spec.h"
#include "genet/data/kinds.h"
#include "genet/data/unpack.h"

namespace genet {
namespace {

constexpr uint32_t kImageMagic = 0x00000803;  // unsigned bytes, three dimensions
constexpr uint32_t kLabelMagic = 0x00000801;  // unsigned bytes, one dimension
constexpr uint32_t kLargestSide = 1024;

uint32_t BigEndian(std::span<const unsigned char> bytes, size_t at) {
  return uint32_t{bytes[at]} << 24 | uint32_t{bytes[at + 1]} << 16 | uint32_t{bytes[at + 2]} << 8 |
         uint32_t{bytes[at + 3]};
}

struct IdxFile {
  fs::path path;
  std::shared_ptr<const MappedFile> file;
  std::array<uint32_t, 3> sizes{1, 1, 1};
  size_t header_bytes = 0;

  const uint8_t* data() const { return file->bytes().data() + header_bytes; }
};

// Opens folder/name or folder/name.gz and holds its size against its header.
Result<IdxFile> OpenIdx(const fs::path& folder, const std::string& name, uint32_t magic,
                        const fs::path& cache_folder) {
  std::error_code error;
  IdxFile idx;
  idx.path = folder / name;
  fs::path mapped_path = idx.path;
  if (!fs::exists(idx.path, error)) {
    const fs::path packed = folder / (name + ".gz");
    if (!fs::exists(packed, error)) {
      return Failure("{0}: missing, and {1}.gz too; `genet data fetch mnist {2}` gets the files",
                     idx.path.string(), name, folder.string());
    }
    idx.path = packed;
    GENET_ASSIGN(mapped_path, UnpackGzip(packed, cache_folder));
  }
  GENET_ASSIGN(MappedFile mapped, MappedFile::Open(mapped_path));
  idx.file = std::make_shared<const MappedFile>(std::move(mapped));

  const auto bytes = idx.file->bytes();
  const size_t dimensions = magic & 0xff;
  idx.header_bytes = 4 + 4 * dimensions;
  if (bytes.size() < idx.header_bytes) {
    return Failure("{}: ends at byte {}, inside the header of {} bytes; fetch it again",
                   idx.path.string(), bytes.size(), idx.header_bytes);
  }
  if (BigEndian(bytes, 0) != magic) {
    return Failure("{}: magic number 0x{:08x} at byte 0, expected 0x{:08x}; fetch it again",
                   idx.path.string(), BigEndian(bytes, 0), magic);
  }
  for (size_t d = 0; d < dimensions; ++d) {
    idx.sizes[d] = BigEndian(bytes, 4 + 4 * d);
    if (idx.sizes[d] == 0 || (d > 0 && idx.sizes[d] > kLargestSide)) {
      return Failure("{}: size {} at byte {} is not possible; fetch it again", idx.path.string(),
                     idx.sizes[d], 4 + 4 * d);
    }
  }
  // At most 2^32 * 2^20: no overflow.
  const uint64_t expected = idx.header_bytes + uint64_t{idx.sizes[0]} * idx.sizes[1] * idx.sizes[2];
  if (bytes.size() != expected) {
    return Failure("{}: holds {} bytes, but its header says {} ({} at byte {}); fetch it again",
                   idx.path.string(), bytes.size(), expected,
                   bytes.size() < expected ? "it ends early" : "something follows",
                   std::min<uint64_t>(bytes.size(), expected));
  }
  return idx;
}

Result<ImageList> OpenPart(const fs::path& folder, const std::string& part,
                           const fs::path& cache_folder) {
  GENET_ASSIGN(const IdxFile images,
               OpenIdx(folder, part + "-images-idx3-ubyte", kImageMagic, cache_folder));
  GENET_ASSIGN(const IdxFile labels,
               OpenIdx(folder, part + "-labels-idx1-ubyte", kLabelMagic, cache_folder));
  const size_t count = images.sizes[0];
  if (labels.sizes[0] != count) {
    return Failure("{}: {} labels (byte 4) for the {} images of {}; fetch both again",
                   labels.path.string(), labels.sizes[0], count, images.path.string());
  }
  const size_t image_bytes = size_t{images.sizes[1]} * images.sizes[2];
  std::vector<const uint8_t*> pixels(count);
  std::vector<int32_t> values(count);
  for (size_t i = 0; i < count; ++i) {
    pixels[i] = images.data() + i * image_bytes;
    values[i] = labels.data()[i];
    if (values[i] > 9) {
      return Failure("{}: label {} at byte {} is out of range 0 to 9; fetch it again",
                     labels.path.string(), values[i], labels.header_bytes + i);
    }
  }
  return ImageList(1, static_cast<int>(images.sizes[1]), static_cast<int>(images.sizes[2]),
                   std::move(pixels), std::move(values), images.file);
}

Result<DataSet> Open(const DataSpec& spec, const fs::path& cache_folder, const OpenOptions&) {
  const fs::path path = spec.path;
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return Failure("{0}: no such folder; `genet data fetch mnist {0}` gets the files",
                   path.string());
  }
  DataSet set{.name = "mnist",
              .class_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
              .train = {},
              .test = {}};
  GENET_ASSIGN(set.train, OpenPart(path, "train", cache_folder));
  GENET_ASSIGN(set.test, OpenPart(path, "t10k", cache_folder));
  if (set.train.height() != set.test.height() || set.train.width() != set.test.width()) {
    return Failure("{}: training images of {} x {} pixels, test images of {} x {}; fetch again",
                   path.string(), set.train.height(), set.train.width(), set.test.height(),
                   set.test.width());
  }
  return set;
}

}  // namespace

DataKind MnistKind() {
  return {.name = "mnist",
          .title = "MNIST",
          .syntax = "mnist:PATH",
          .open = Open,
          .official =
              OfficialFiles{
                  .name = "mnist",
                  .address = "https://storage.googleapis.com/cvdf-datasets/mnist/",
                  .files = {{"train-images-idx3-ubyte.gz", "md5:f68b3c2dcbeaaa9fbdd348bbdeb94873"},
                            {"train-labels-idx1-ubyte.gz", "md5:d53e105ee54ea40749a09fcbcd1e9432"},
                            {"t10k-images-idx3-ubyte.gz", "md5:9fb629c4189551a2d022fa330f9573f3"},
                            {"t10k-labels-idx1-ubyte.gz", "md5:ec29112dd5afa0611ce80d1b7f02629c"}}},
          .image_size = {1, 28, 28},
          .counts = DataCounts{60000, 10000, 10}};
}

}  // namespace genet
