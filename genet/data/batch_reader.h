// Reads the images of a list batch by batch, in a given order: the way to the pixels of any list,
// whether its images lie in memory or are decoded when they are wanted.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "genet/data/data_set.h"
#include "genet/data/prefetch.h"

namespace genet {

class BatchReader {
 public:
  // Where the square of image `index` lies, if it is decoded; called from several threads.
  using Crop = std::function<std::optional<CropPlace>(uint32_t index)>;

  // `images` and `order` must outlive the reader. Without `crop`, squares lie in the centre.
  BatchReader(const ImageList& images, std::span<const uint32_t> order, size_t batch,
              Crop crop = {});

  // The pixels of the next batch, of the last one what is left; good until the next call. An error
  // names a file that cannot be decoded.
  Result<std::span<const uint8_t* const>> Next();

 private:
  const ImageList& images_;
  std::span<const uint32_t> order_;
  size_t batch_;
  size_t done_ = 0;
  std::vector<const uint8_t*> pixels_;
  std::vector<uint8_t> buffer_;             // kBatchesAhead + 1 batches
  std::unique_ptr<Prefetcher> prefetcher_;  // after what it works on, so that it ends first
};

}  // namespace genet
