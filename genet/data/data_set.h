// Data sets as read-only views of labelled images.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/check.h"
#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

// Where a square is cut out of a larger picture: shares, from 0 to below 1, of the room there is.
struct CropPlace {
  double row = 0.5;
  double column = 0.5;
};

// Exact sums over the pixels of one channel.
struct ChannelSums {
  uint64_t sum = 0;
  uint64_t squares = 0;
};

// Images that are decoded whenever they are wanted, for sets too large to be kept decoded. Safe to
// use from many threads.
class ImageDecoder {
 public:
  virtual ~ImageDecoder() = default;
  // The pixels of a picture's square at `place`, or in the centre. Every picture was decoded once
  // when the set was first opened: an error means that its file has changed since.
  virtual Status Decode(uint32_t picture, const std::optional<CropPlace>& place,
                        std::span<uint8_t> pixels) const = 0;
  // Of the square in the centre, for each channel.
  virtual std::span<const ChannelSums> Sums(uint32_t picture) const = 0;
  // Threads that a reader shall decode with; results do not depend on it.
  virtual int threads() const = 0;
};

// A list of images of one size: 8-bit pixels in the order channel, row, column, which usually lie
// in memory-mapped files, so that all workers of a machine share one copy. Those of a list with a
// decoder() have no pixels(): BatchReader (batch_reader.h) reads lists of both kinds. Immutable
// after making; safe to read from many threads. Copies are cheap and share the memory.
class ImageList {
 public:
  ImageList() = default;
  // `pixels[i]` points at channels * height * width bytes kept alive by `owner`.
  ImageList(int channels, int height, int width, std::vector<const uint8_t*> pixels,
            std::vector<int32_t> labels, std::shared_ptr<const void> owner);

  // Image i is picture pictures[i] of the decoder.
  ImageList(std::shared_ptr<const ImageDecoder> decoder, int channels, int height, int width,
            std::vector<uint32_t> pictures, std::vector<int32_t> labels);

  size_t size() const { return labels_.size(); }
  int channels() const { return channels_; }
  int height() const { return height_; }
  int width() const { return width_; }
  size_t image_bytes() const { return size_t(channels_) * height_ * width_; }
  const uint8_t* pixels(size_t index) const {
    GENET_CHECK(decoder_ == nullptr, "images that are decoded when wanted: use BatchReader");
    return pixels_[index];
  }
  const ImageDecoder* decoder() const { return decoder_.get(); }
  uint32_t picture(size_t index) const { return pictures_[index]; }
  int label(size_t index) const { return labels_[index]; }

  // The images at `indices`, in that order.
  ImageList Select(std::span<const uint32_t> indices) const;
  // The same images with other labels, as many.
  ImageList WithLabels(std::vector<int32_t> labels) const;

 private:
  int channels_ = 0, height_ = 0, width_ = 0;
  std::vector<const uint8_t*> pixels_;  // without a decoder
  std::vector<uint32_t> pictures_;      // with one
  std::vector<int32_t> labels_;
  std::shared_ptr<const void> owner_;
  std::shared_ptr<const ImageDecoder> decoder_;
};

// The images of both lists, which have the same shape and no decoder.
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

struct OpenOptions {
  // For images that are decoded when they are wanted.
  int loader_threads = 1;
  // Called from time to time while pictures are decoded for the first time; may be empty.
  std::function<void(size_t done, size_t total)> progress{};
};

// Opens what a SPEC (data_spec.h, docs/data.md) names. What cannot be mapped as it is (an archive,
// compressed files, synthetic images) is unpacked once into `cache_folder`, safely if several
// processes do so at once, and mapped from there.
Result<DataSet> OpenDataSet(std::string_view spec, const fs::path& cache_folder,
                            const OpenOptions& options = {});

// Mean and standard deviation of each channel over the images, in units of pixel / 255. Exact
// integer sums, so the result depends on neither order nor machine.
struct ChannelStatistics {
  std::vector<double> mean;
  std::vector<double> deviation;
};
ChannelStatistics MeasureChannels(const ImageList& images);

// The sums of one image.
std::vector<ChannelSums> SumChannels(std::span<const uint8_t> pixels, size_t channels);

}  // namespace genet
