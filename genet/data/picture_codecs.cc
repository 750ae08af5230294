#include "genet/data/picture_codecs.h"

#include "genet/base/library.h"

namespace genet {
namespace {

// OpenCV has no C interface, so the function goes by its mangled name.
using Decoder = cv::Mat (*)(cv::InputArray, int);
constexpr const char* kDecoder = "_ZN2cv8imdecodeERKNS_11_InputArrayEi";

}  // namespace

Result<cv::Mat> DecodeWithCodecs(const cv::Mat& packed, int flags) {
  static const Result<void*> decoder = LoadSymbol(GENET_OPENCV_CODECS, kDecoder);
  if (!decoder) {
    return Failure("OpenCV's picture codecs cannot be loaded ({}); install libopencv-imgcodecs-dev",
                   decoder.error().message);
  }
  return reinterpret_cast<Decoder>(*decoder)(packed, flags);
}

}  // namespace genet
