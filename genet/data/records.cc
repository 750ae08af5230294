#include "genet/data/records.h"

#include <utility>

namespace genet {

Status RecordReader::Add(const fs::path& path) {
  GENET_ASSIGN(MappedFile mapped, MappedFile::Open(path));
  auto file = std::make_shared<const MappedFile>(std::move(mapped));
  const size_t size = file->bytes().size();
  const size_t record = format_.record_bytes();
  if (size == 0) return Failure("{}: empty; fetch it again", path.string());
  if (size % record != 0) {
    return Failure(
        "{}: {} bytes, not a whole number of records of {} bytes; the last record starts at byte "
        "{} and is cut short; fetch the file again",
        path.string(), size, record, size - size % record);
  }
  return AddRange(path, std::move(file), 0, size / record);
}

Status RecordReader::AddRange(const fs::path& path, std::shared_ptr<const MappedFile> file,
                              size_t begin, size_t count) {
  pixels_.reserve(pixels_.size() + count);
  labels_.reserve(labels_.size() + count);
  const uint8_t* data = file->bytes().data();
  for (size_t i = 0; i < count; ++i) {
    const size_t start = begin + i * format_.record_bytes();
    for (size_t byte = 0; byte < format_.labels.size(); ++byte) {
      const LabelByte& label = format_.labels[byte];
      if (data[start + byte] >= label.limit) {
        return Failure("{}: {} {} at byte {} (record {}) is out of range 0 to {}; fetch it again",
                       path.string(), label.name, data[start + byte], start + byte, i,
                       label.limit - 1);
      }
    }
    labels_.push_back(data[start + format_.labels.size() - 1]);
    pixels_.push_back(data + start + format_.labels.size());
  }
  files_.push_back(std::move(file));
  return {};
}

ImageList RecordReader::Take() {
  auto owner =
      std::make_shared<const std::vector<std::shared_ptr<const MappedFile>>>(std::move(files_));
  return ImageList(format_.channels, format_.height, format_.width, std::move(pixels_),
                   std::move(labels_), std::move(owner));
}

}  // namespace genet
