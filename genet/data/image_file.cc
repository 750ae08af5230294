#include "genet/data/image_file.h"

#include <cstring>
#include <utility>

#include "genet/base/check.h"

namespace genet {
namespace {

constexpr char kMagic[16] = "genet images 1\n";

struct Footer {
  char magic[16];
  int32_t channels, height, width, unused;
  uint64_t images;
};
static_assert(sizeof(Footer) == 40);

}  // namespace

ImageFileWriter::ImageFileWriter(FileWriter writer, int channels, int height, int width)
    : writer_(std::move(writer)), channels_(channels), height_(height), width_(width) {}

Result<ImageFileWriter> ImageFileWriter::Create(const fs::path& path, int channels, int height,
                                                int width) {
  GENET_ASSIGN(FileWriter writer, FileWriter::Create(path));
  return ImageFileWriter(std::move(writer), channels, height, width);
}

Status ImageFileWriter::Add(std::span<const uint8_t> pixels, std::span<const int32_t> labels) {
  GENET_CHECK(pixels.size() == labels.size() * channels_ * height_ * width_);
  labels_.insert(labels_.end(), labels.begin(), labels.end());
  return writer_.Write(pixels.data(), pixels.size());
}

Status ImageFileWriter::Finish() {
  Footer footer{};
  std::memcpy(footer.magic, kMagic, sizeof(kMagic));
  footer.channels = channels_;
  footer.height = height_;
  footer.width = width_;
  footer.images = labels_.size();
  GENET_TRY(writer_.Write(labels_.data(), labels_.size() * sizeof(int32_t)));
  GENET_TRY(writer_.Write(&footer, sizeof(footer)));
  return writer_.Finish();
}

Result<ImageList> OpenImageFile(const fs::path& path, int classes) {
  GENET_ASSIGN(MappedFile mapped, MappedFile::Open(path));
  auto file = std::make_shared<const MappedFile>(std::move(mapped));
  const auto bytes = file->bytes();
  const auto damaged = [&] {
    return Failure("{}: damaged; remove its folder from the cache, it is made anew", path.string());
  };
  Footer footer;
  if (bytes.size() < sizeof(footer)) return damaged();
  std::memcpy(&footer, bytes.data() + bytes.size() - sizeof(footer), sizeof(footer));
  constexpr int kLargestSide = 1 << 14;
  const auto sane = [](int side) { return side >= 1 && side <= kLargestSide; };
  if (std::memcmp(footer.magic, kMagic, sizeof(kMagic)) != 0 || !sane(footer.channels) ||
      !sane(footer.height) || !sane(footer.width) || footer.images > bytes.size()) {
    return damaged();
  }
  const size_t count = footer.images;
  const size_t image_bytes = size_t(footer.channels) * footer.height * footer.width;
  __extension__ using Wide = unsigned __int128;
  if (Wide(count) * (image_bytes + sizeof(int32_t)) + sizeof(footer) != bytes.size()) {
    return damaged();
  }

  std::vector<const uint8_t*> pixels(count);
  for (size_t i = 0; i < count; ++i) pixels[i] = bytes.data() + i * image_bytes;
  std::vector<int32_t> labels(count);
  if (count > 0) {
    std::memcpy(labels.data(), bytes.data() + count * image_bytes, count * sizeof(int32_t));
  }
  for (const int32_t label : labels) {
    if (label < 0 || label >= classes) return damaged();
  }
  return ImageList(footer.channels, footer.height, footer.width, std::move(pixels),
                   std::move(labels), std::move(file));
}

}  // namespace genet
