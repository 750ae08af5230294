#include <algorithm>
#include <utility>

#include "genet/base/check.h"
#include "genet/data/data_set.h"

namespace genet {

ImageList::ImageList(int channels, int height, int width, std::vector<const uint8_t*> pixels,
                     std::vector<int32_t> labels, std::shared_ptr<const void> owner)
    : channels_(channels),
      height_(height),
      width_(width),
      pixels_(std::move(pixels)),
      labels_(std::move(labels)),
      owner_(std::move(owner)) {
  GENET_CHECK(pixels_.size() == labels_.size(), "{} images, {} labels", pixels_.size(),
              labels_.size());
  GENET_CHECK(channels > 0 && height > 0 && width > 0);
}

ImageList::ImageList(std::shared_ptr<const ImageDecoder> decoder, int channels, int height,
                     int width, std::vector<uint32_t> pictures, std::vector<int32_t> labels)
    : channels_(channels),
      height_(height),
      width_(width),
      pictures_(std::move(pictures)),
      labels_(std::move(labels)),
      decoder_(std::move(decoder)) {
  GENET_CHECK(pictures_.size() == labels_.size() && decoder_ != nullptr);
  GENET_CHECK(channels > 0 && height > 0 && width > 0);
}

ImageList ImageList::Select(std::span<const uint32_t> indices) const {
  ImageList selected;
  selected.channels_ = channels_;
  selected.height_ = height_;
  selected.width_ = width_;
  selected.owner_ = owner_;
  selected.decoder_ = decoder_;
  if (decoder_) {
    selected.pictures_.reserve(indices.size());
  } else {
    selected.pixels_.reserve(indices.size());
  }
  selected.labels_.reserve(indices.size());
  for (const uint32_t index : indices) {
    GENET_CHECK(index < size(), "image {} of {}", index, size());
    if (decoder_) {
      selected.pictures_.push_back(pictures_[index]);
    } else {
      selected.pixels_.push_back(pixels_[index]);
    }
    selected.labels_.push_back(labels_[index]);
  }
  return selected;
}

ImageList ImageList::WithLabels(std::vector<int32_t> labels) const {
  GENET_CHECK(labels.size() == size(), "{} labels for {} images", labels.size(), size());
  ImageList relabelled = *this;
  relabelled.labels_ = std::move(labels);
  return relabelled;
}

ImageList Concatenate(const ImageList& first, const ImageList& second) {
  GENET_CHECK(first.channels() == second.channels() && first.height() == second.height() &&
              first.width() == second.width());
  std::vector<const uint8_t*> pixels;
  std::vector<int32_t> labels;
  pixels.reserve(first.size() + second.size());
  labels.reserve(first.size() + second.size());
  for (const ImageList* list : {&first, &second}) {
    for (size_t i = 0; i < list->size(); ++i) {
      pixels.push_back(list->pixels(i));
      labels.push_back(list->label(i));
    }
  }
  return ImageList(first.channels(), first.height(), first.width(), std::move(pixels),
                   std::move(labels),
                   std::make_shared<const std::pair<ImageList, ImageList>>(first, second));
}

}  // namespace genet
