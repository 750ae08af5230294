// Decoded images as a file of the cache: all pixels, then all labels, then a footer, so that it can
// be written image by image without knowing how many will come. Pixels lie together and start at
// the file's beginning: reading the labels touches no pixel of a file of gigabytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "genet/data/cache.h"
#include "genet/data/data_set.h"

namespace genet {

class ImageFileWriter {
 public:
  static Result<ImageFileWriter> Create(const fs::path& path, int channels, int height, int width);

  // Appends labels.size() images of channels * height * width bytes.
  Status Add(std::span<const uint8_t> pixels, std::span<const int32_t> labels);
  Status Finish();

 private:
  ImageFileWriter(FileWriter writer, int channels, int height, int width);
  FileWriter writer_;
  int channels_, height_, width_;
  std::vector<int32_t> labels_;
};

// Maps such a file; checks its size and that its labels are below `classes`.
Result<ImageList> OpenImageFile(const fs::path& path, int classes);

}  // namespace genet
