// OpenCV's picture codecs, loaded when the first picture is decoded: they bring some 120 libraries,
// a tenth of a second and 40 MB, which no other process should pay for.
#pragma once

#include <opencv2/core.hpp>

#include "genet/base/error.h"

namespace genet {

// cv::imdecode. An error if the codecs cannot be loaded; throws what OpenCV throws. Safe to call
// from many threads.
Result<cv::Mat> DecodeWithCodecs(const cv::Mat& packed, int flags);

}  // namespace genet
