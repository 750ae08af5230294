// Images in MATLAB 5 files, the way SVHN keeps them.
#pragma once

#include <functional>
#include <span>

#include "genet/base/file.h"

namespace genet {

// A file of a uint8 array X of 32 x 32 x 3 x N (row, column, channel, image; column by column) and
// a numeric array y of N labels 1 to 10, where 10 stands for the digit 0.
//
// Calls `take` with a few thousand images at a time: pixels in the order channel, row, column, and
// labels 0 to 9. Holds at most `images_at_once` images (a compressed variable is inflated from its
// start for each of those parts, so larger parts are faster). Any deviation is an error that names
// the file and the place; nothing of what was handed out may be kept then.
Status ReadSvhnMat(
    const fs::path& path,
    const std::function<Status(std::span<const uint8_t>, std::span<const int32_t>)>& take,
    size_t images_at_once = 1 << 16);

}  // namespace genet
