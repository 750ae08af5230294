// Files of equal records, each some label bytes followed by the pixels of one image.
#pragma once

#include <memory>
#include <vector>

#include "genet/data/data_set.h"

namespace genet {

// What one of the label bytes may be.
struct LabelByte {
  const char* name;  // for messages: "label", "coarse label"
  int limit;         // valid are 0 to limit - 1
};

struct RecordFormat {
  std::vector<LabelByte> labels;  // the last one is the image's label
  int channels, height, width;

  size_t image_bytes() const { return size_t(channels) * height * width; }
  size_t record_bytes() const { return labels.size() + image_bytes(); }
};

// Collects the images of one or several files; the list keeps the files mapped.
class RecordReader {
 public:
  explicit RecordReader(RecordFormat format) : format_(std::move(format)) {}

  // Checks the size and every label.
  Status Add(const fs::path& path);
  // The images of the bytes [begin, begin + count * record_bytes) of an already mapped file.
  Status AddRange(const fs::path& path, std::shared_ptr<const MappedFile> file, size_t begin,
                  size_t count);
  ImageList Take();

 private:
  RecordFormat format_;
  std::vector<const uint8_t*> pixels_;
  std::vector<int32_t> labels_;
  std::vector<std::shared_ptr<const MappedFile>> files_;
};

}  // namespace genet
