// Channels, rows and columns of one image's activation.
#pragma once

#include <cstdint>

namespace genet {

struct Shape {
  int channels = 0;
  int height = 0;
  int width = 0;

  int64_t size() const { return int64_t{channels} * height * width; }
  friend bool operator==(const Shape&, const Shape&) = default;
};

}  // namespace genet
