// Decoding of picture files into images of one size (OpenCV).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/data/data_set.h"

namespace genet {

// A picture is scaled until its shorter side has `shorter_side` pixels; then a square of `side`
// pixels is cut out of it. side <= shorter_side.
struct Framing {
  int shorter_side = 256;
  int side = 224;

  size_t image_bytes() const { return size_t{3} * side * side; }
};

// Red, green and blue plane of the square at `place`, or in the centre. Grey pictures get three
// equal planes; transparency is dropped; EXIF orientation is ignored, as is usual with ImageNet.
// An error (kFailure) names a file that is missing, no picture, damaged or cut short, and says what
// it is without saying what to do. JPEG and PNG files are followed to their end marks, because
// decoders fill up what is missing with grey or write remarks of their own to standard error. Safe
// to call from many threads.
Status DecodePicture(const fs::path& path, const Framing& framing,
                     const std::optional<CropPlace>& place, std::span<uint8_t> pixels);

// Whether a file's name ends like that of a picture that can be decoded.
bool HasPictureName(const fs::path& path);

}  // namespace genet
