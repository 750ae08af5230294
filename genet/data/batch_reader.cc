#include "genet/data/batch_reader.h"

#include <algorithm>
#include <utility>

#include "genet/base/check.h"

namespace genet {
namespace {

constexpr size_t kBatchesAhead = 2;

}  // namespace

BatchReader::BatchReader(const ImageList& images, std::span<const uint32_t> order, size_t batch,
                         Crop crop)
    : images_(images), order_(order), batch_(batch) {
  GENET_CHECK(batch > 0);
  if (!images.decoder()) return;
  const size_t slots = std::max<size_t>(1, std::min((kBatchesAhead + 1) * batch, order.size()));
  buffer_.resize(slots * images.image_bytes());
  prefetcher_ = std::make_unique<Prefetcher>(
      order.size(), slots, images.decoder()->threads(),
      [this, crop = std::move(crop)](size_t item, size_t slot) {
        const uint32_t index = order_[item];
        return images_.decoder()->Decode(
            images_.picture(index), crop ? crop(index) : std::nullopt,
            std::span(buffer_).subspan(slot * images_.image_bytes(), images_.image_bytes()));
      });
}

Result<std::span<const uint8_t* const>> BatchReader::Next() {
  const size_t begin = done_, end = std::min(order_.size(), begin + batch_);
  GENET_CHECK(begin < end, "no batch is left");
  done_ = end;
  pixels_.clear();
  if (prefetcher_) {
    prefetcher_->Release(begin);
    GENET_TRY(prefetcher_->WaitUntil(end));
    const size_t slots = buffer_.size() / images_.image_bytes();
    for (size_t item = begin; item < end; ++item) {
      pixels_.push_back(buffer_.data() + item % slots * images_.image_bytes());
    }
  } else {
    for (size_t item = begin; item < end; ++item) pixels_.push_back(images_.pixels(order_[item]));
  }
  return std::span<const uint8_t* const>(pixels_);
}

}  // namespace genet
