// Data sets as read-only views of labelled images.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

// A list of images of one size: 8-bit pixels in the order channel, row, column, which usually lie
// in memory-mapped files, so that all workers of a machine share one copy. Immutable after making;
// safe to read from many threads. Copies are cheap and share the memory.
class ImageList {
 public:
  ImageList() = default;
  // `pixels[i]` points at channels * height * width bytes kept alive by `owner`.
  ImageList(int channels, int height, int width, std::vector<const uint8_t*> pixels,
            std::vector<int32_t> labels, std::shared_ptr<const void> owner);

  size_t size() const { return pixels_.size(); }
  int channels() const { return channels_; }
  int height() const { return height_; }
  int width() const { return width_; }
  size_t image_bytes() const { return size_t(channels_) * height_ * width_; }
  const uint8_t* pixels(size_t index) const { return pixels_[index]; }
  int label(size_t index) const { return labels_[index]; }

  // The images at `indices`, in that order.
  ImageList Select(std::span<const uint32_t> indices) const;

 private:
  int channels_ = 0, height_ = 0, width_ = 0;
  std::vector<const uint8_t*> pixels_;
  std::vector<int32_t> labels_;
  std::shared_ptr<const void> owner_;
};

// The images of both lists, which have the same shape.
ImageList Concatenate(const ImageList& first, const ImageList& second);

// One of the parts, one after the other, that a training set is made of, and how many images of
// each class the usual protocol holds out of it.
struct ValidationSource {
  std::string name;
  size_t images = 0;
  size_t held_out_per_class = 0;
};

struct DataSet {
  std::string name;  // "cifar10"
  std::vector<std::string> class_names;
  ImageList train;
  ImageList test;
  // Empty: validation images are drawn from the whole training set (SplitDataSet).
  std::vector<ValidationSource> validation_sources{};
  // Lines that its user should see, such as which optional file is missing.
  std::vector<std::string> notes{};

  int classes() const { return static_cast<int>(class_names.size()); }
};

// Opens what a SPEC names: `synthetic`, `synthetic:SEED`, `cifar10:PATH`, `cifar100:PATH`,
// `mnist:PATH`, `svhn:PATH`, `svhn:PATH,lcn`; PATH is a folder of the official files or the
// official archive. What cannot be mapped as it is (an archive, compressed files, synthetic images)
// is unpacked once into `cache_folder`, safely if several processes do so at once, and mapped from
// there.
Result<DataSet> OpenDataSet(std::string_view spec, const fs::path& cache_folder);

// Mean and standard deviation of each channel over the images, in units of pixel / 255. Exact
// integer sums, so the result depends on neither order nor machine.
struct ChannelStatistics {
  std::vector<double> mean;
  std::vector<double> deviation;
};
ChannelStatistics MeasureChannels(const ImageList& images);

}  // namespace genet
