// Any bytes as a MATLAB file of SVHN's images are read or refused.
#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/mat_images.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const genet::ScratchFolder folder;
  genet::Put(folder / "x.mat", std::string(reinterpret_cast<const char*>(data), size));
  // Two images at a time, so that several parts are read.
  (void)genet::ReadSvhnMat(
      folder / "x.mat",
      [](std::span<const uint8_t> pixels, std::span<const int32_t> labels) -> genet::Status {
        GENET_CHECK(pixels.size() == labels.size() * 32 * 32 * 3 && !labels.empty());
        for (const int32_t label : labels) GENET_CHECK(label >= 0 && label < 10);
        return {};
      },
      2);
  return 0;
}
