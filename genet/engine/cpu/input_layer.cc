#include "genet/engine/cpu/input_layer.h"

#include <algorithm>
#include <vector>

#include "genet/engine/assemble.h"
#include "genet/kernels/assemble_block.h"

namespace genet {
namespace {

using kernels::kBlock;

bool Moved(const InputImage& image) {
  return image.mirror || image.shift_rows != 0 || image.shift_columns != 0;
}

// Shifts and mirrors the image of one lane, whose values lie kBlock apart. (AssembleBatch has no
// such layout, and the kernel that fills all lanes at once has no augmentation.)
void Move(const InputImage& image, Shape shape, float* values) {
  std::vector<float> plane(size_t(shape.height) * shape.width);
  for (int c = 0; c < shape.channels; ++c) {
    float* channel = values + size_t(c) * plane.size() * kBlock;
    for (size_t i = 0; i < plane.size(); ++i) plane[i] = channel[i * kBlock];
    float* to = channel;
    for (int row = 0; row < shape.height; ++row) {
      for (int column = 0; column < shape.width; ++column, to += kBlock) {
        const int from = SourcePixel(image, shape, row, column);
        *to = from < 0 ? 0.0f : plane[from];
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
