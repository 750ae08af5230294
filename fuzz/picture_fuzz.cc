// Any bytes as a picture file are decoded or refused.
#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/picture.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const genet::ScratchFolder folder;
  constexpr genet::Framing kFraming{.shorter_side = 10, .side = 8};
  genet::Put(folder / "x.png", std::string(reinterpret_cast<const char*>(data), size));
  std::vector<uint8_t> pixels(kFraming.image_bytes());
  const auto status =
      genet::DecodePicture(folder / "x.png", kFraming, genet::CropPlace{0.3, 0.9}, pixels);
  if (!status) GENET_CHECK(status.error().message.find('\n') == std::string::npos);
  return 0;
}
