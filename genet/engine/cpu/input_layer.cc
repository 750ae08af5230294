#include "genet/engine/cpu/input_layer.h"

#include <algorithm>
#include <vector>

#include "genet/kernels/assemble.h"

namespace genet {
namespace {

using kernels::kBlock;

bool Moved(const InputImage& image) {
  return image.mirror || image.shift_rows != 0 || image.shift_columns != 0;
}

// Shifts and mirrors the image of one lane, whose values lie kBlock apart.
void Move(const InputImage& image, Shape shape, float* values) {
  const int height = shape.height, width = shape.width;
  std::vector<float> plane(size_t(height) * width);
  for (int c = 0; c < shape.channels; ++c) {
    float* channel = values + size_t(c) * plane.size() * kBlock;
    for (size_t i = 0; i < plane.size(); ++i) plane[i] = channel[i * kBlock];
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int from_y = y - image.shift_rows;
        const int shifted = (image.mirror ? width - 1 - x : x) - image.shift_columns;
        const bool inside = from_y >= 0 && from_y < height && shifted >= 0 && shifted < width;
        channel[(size_t(y) * width + x) * kBlock] =
            inside ? plane[size_t(from_y) * width + shifted] : 0.0f;
      }
    }
  }
}

}  // namespace

void InputLayer::Read(Step& step, const Batch& batch) {
  const auto timer = step.Measured("assemble batch", 0, 1.25 * OutputValues());
  step.ForEachBlock([&](int block, int) { ReadBlock(batch, block); });
}

void InputLayer::ReadBlock(const Batch& batch, int block) {
  const auto images = batch.images.subspan(block * kBlock);
  const size_t count = std::min(kBlock, images.size());
  const Shape shape = layer().output;
  const uint8_t* pixels[kBlock] = {};
  for (size_t lane = 0; lane < count; ++lane) pixels[lane] = images[lane].pixels;
  kernels::AssembleBlock(pixels, shape.channels, output_pixels(), transform_.scale.data(),
                         transform_.offset.data(), Output(block));
  for (size_t lane = 0; lane < count; ++lane) {
    if (Moved(images[lane])) Move(images[lane], shape, Output(block) + lane);
  }
}

}  // namespace genet
