#include "genet/training/epoch.h"

#include <numeric>
#include <optional>
#include <span>

namespace genet {
namespace {

constexpr int kShift = 4;  // pixels a crop moves at most

std::vector<uint32_t> Shuffled(size_t images, RandomKey key) {
  std::vector<uint32_t> order(images);
  std::iota(order.begin(), order.end(), 0u);
  RandomStream stream(key);
  Shuffle(stream, std::span<uint32_t>(order));
  return order;
}

// Of images that are cut out of a larger picture.
BatchReader::Crop RandomCrop(bool shifts, RandomKey augmentation) {
  if (!shifts) return {};
  return [key = augmentation.Derive("crop")](uint32_t index) -> std::optional<CropPlace> {
    RandomStream stream(key.Derive(index));
    const double row = stream.Uniform();
    return CropPlace{.row = row, .column = stream.Uniform()};
  };
}

}  // namespace

Epoch::Epoch(const ImageList& images, const TrainingSettings& settings, RandomKey key, int number,
             int64_t first_step)
    : images_(images),
      shifts_(settings.augment_shift),
      mirrors_(settings.augment_mirror),
      augmentation_(key.Derive("augmentation").Derive(static_cast<uint64_t>(number))),
      dropout_(key.Derive("dropout").Derive(static_cast<uint64_t>(number))),
      options_{.learning_rate = static_cast<float>(settings.learning_rate(number)),
               .momentum = static_cast<float>(settings.momentum),
               .weight_decay = static_cast<float>(settings.weight_decay)},
      step_(first_step),
      order_(Shuffled(images.size(), key.Derive("shuffle").Derive(static_cast<uint64_t>(number)))),
      reader_(images, std::span(order_).subspan(static_cast<size_t>(first_step * settings.batch)),
              static_cast<size_t>(settings.batch), RandomCrop(shifts_, augmentation_)),
      batch_images_(static_cast<size_t>(settings.batch)),
      batch_labels_(static_cast<size_t>(settings.batch)) {}

Result<TrainingStep> Epoch::Next() {
  const size_t batch = batch_images_.size();
  GENET_ASSIGN(const auto pixels, reader_.Next());
  for (size_t i = 0; i < batch; ++i) {
    const uint32_t index = order_[static_cast<size_t>(step_) * batch + i];
    batch_images_[i] = Augmented(index);
    batch_images_[i].pixels = pixels[i];
    batch_labels_[i] = images_.label(index);
  }
  options_.dropout = dropout_.Derive(static_cast<uint64_t>(step_));
  ++step_;
  return TrainingStep{{batch_images_, batch_labels_}, options_};
}

// Without its pixels. Each image draws from its own stream, so its place depends neither on the
// batch it lands in nor on who loads it. An image that is cut out of a larger picture is moved by
// the cut, any other one is shifted.
InputImage Epoch::Augmented(uint32_t index) const {
  InputImage image;
  if (!shifts_ && !mirrors_) return image;
  RandomStream stream(augmentation_.Derive(index));
  const auto rows = static_cast<int>(stream.Below(2 * kShift + 1)) - kShift;
  const auto columns = static_cast<int>(stream.Below(2 * kShift + 1)) - kShift;
  const bool mirror = stream.Bernoulli(0.5);
  if (shifts_ && images_.decoder() == nullptr) {
    image.shift_rows = static_cast<int8_t>(rows);
    image.shift_columns = static_cast<int8_t>(columns);
  }
  image.mirror = mirrors_ && mirror;
  return image;
}

}  // namespace genet
