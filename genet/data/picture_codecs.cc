#include "genet/data/picture_codecs.h"

#include <dlfcn.h>

namespace genet {
namespace {

// OpenCV has no C interface, so the function goes by its mangled name.
using Decoder = cv::Mat (*)(cv::InputArray, int);
constexpr const char* kDecoder = "_ZN2cv8imdecodeERKNS_11_InputArrayEi";

struct Codecs {
  Decoder decode = nullptr;
  std::string problem;
};

Codecs Load() {
  void* library = ::dlopen(GENET_OPENCV_CODECS, RTLD_NOW | RTLD_LOCAL);
  void* decoder = library == nullptr ? nullptr : ::dlsym(library, kDecoder);
  if (decoder == nullptr) return {nullptr, ::dlerror()};
  return {reinterpret_cast<Decoder>(decoder), ""};
}

}  // namespace

Result<cv::Mat> DecodeWithCodecs(const cv::Mat& packed, int flags) {
  static const Codecs codecs = Load();
  if (codecs.decode == nullptr) {
    return Failure("OpenCV's picture codecs cannot be loaded ({}); install libopencv-imgcodecs-dev",
                   codecs.problem);
  }
  return codecs.decode(packed, flags);
}

}  // namespace genet
