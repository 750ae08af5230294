// Small images to train on: in memory, and decoded when they are wanted.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "genet/data/data_set.h"

namespace genet {

inline constexpr int kPixels = 4;
inline constexpr int kClasses = 3;

// Image i is bright at the pixel of its class; its first pixel is i.
inline ImageList Images(int count) {
  auto bytes = std::make_shared<std::vector<uint8_t>>(static_cast<size_t>(count) * kPixels);
  std::vector<const uint8_t*> pixels;
  std::vector<int32_t> labels;
  for (int i = 0; i < count; ++i) {
    uint8_t* image = bytes->data() + static_cast<size_t>(i) * kPixels;
    image[0] = static_cast<uint8_t>(i);
    image[1 + i % kClasses] = static_cast<uint8_t>(100 + i % 50);
    pixels.push_back(image);
    labels.push_back(i % kClasses);
  }
  return ImageList(1, 2, 2, std::move(pixels), std::move(labels), bytes);
}

// Pictures that are decoded when they are wanted: the first pixel tells the picture, the others
// where the square was cut out.
class FakePictures : public ImageDecoder {
 public:
  explicit FakePictures(int threads) : threads_(threads) {}
  Status Decode(uint32_t picture, const std::optional<CropPlace>& place,
                std::span<uint8_t> pixels) const override {
    if (picture == damaged) return Failure("picture {}: damaged", picture);
    pixels[0] = static_cast<uint8_t>(picture);
    pixels[1] = static_cast<uint8_t>(place ? 100 * place->row : 250);
    pixels[2] = static_cast<uint8_t>(place ? 100 * place->column : 250);
    pixels[3] = 0;
    return {};
  }
  std::span<const ChannelSums> Sums(uint32_t) const override { return {}; }
  int threads() const override { return threads_; }

  uint32_t damaged = UINT32_MAX;

 private:
  int threads_;
};

inline ImageList Streamed(std::shared_ptr<const FakePictures> decoder, int count) {
  std::vector<uint32_t> pictures(count);
  std::vector<int32_t> labels(count);
  for (int i = 0; i < count; ++i) {
    pictures[i] = static_cast<uint32_t>(i);
    labels[i] = i % kClasses;
  }
  return ImageList(std::move(decoder), 1, 2, 2, std::move(pictures), std::move(labels));
}

}  // namespace genet
