// Channels, rows and columns of one image's activation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "genet/base/error.h"

namespace genet {

struct Shape {
  int channels = 0;
  int height = 0;
  int width = 0;

  int64_t size() const { return int64_t{channels} * height * width; }
  friend bool operator==(const Shape&, const Shape&) = default;
};

// "3x32x32".
std::string ToString(const Shape& shape);
// Reads it back. A usage error quotes the text; no extent may be larger than `largest`.
Result<Shape> ParseShape(std::string_view text, int largest = 65536);

}  // namespace genet
