// How images enter a network: normalised, moved and mirrored.
#pragma once

#include <span>

#include "genet/engine/engine.h"

namespace genet {

// Where the value at (row, column) of an input comes from: the index of a pixel within its channel,
// or -1 where the moved image leaves room.
inline int SourcePixel(const InputImage& image, Shape shape, int row, int column) {
  const int from_row = row - image.shift_rows;
  const int from_column = (image.mirror ? shape.width - 1 - column : column) - image.shift_columns;
  const bool inside =
      from_row >= 0 && from_row < shape.height && from_column >= 0 && from_column < shape.width;
  return inside ? from_row * shape.width + from_column : -1;
}

// Fills `to`, [image][channel][row][column], in the precision of Value.
template <class Value>
void AssembleBatch(std::span<const InputImage> images, Shape shape, const InputTransform& transform,
                   Value* to) {
  const int pixels = shape.height * shape.width;
  for (const InputImage& image : images) {
    for (int c = 0; c < shape.channels; ++c) {
      const uint8_t* channel = image.pixels + int64_t{c} * pixels;
      const Value scale = transform.scale[c], offset = transform.offset[c];
      for (int row = 0; row < shape.height; ++row) {
        for (int column = 0; column < shape.width; ++column) {
          const int from = SourcePixel(image, shape, row, column);
          *to++ = from < 0 ? Value{0} : static_cast<Value>(channel[from]) * scale + offset;
        }
      }
    }
  }
}

}  // namespace genet
