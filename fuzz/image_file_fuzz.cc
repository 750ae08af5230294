// Any bytes as a file of decoded images, as the cache keeps them, are read or refused.
#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/image_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const genet::ScratchFolder folder;
  constexpr int kClasses = 3;
  genet::Put(folder / "images", std::string(reinterpret_cast<const char*>(data), size));
  const auto images = genet::OpenImageFile(folder / "images", kClasses);
  if (!images) return 0;
  for (size_t i = 0; i < images->size(); ++i) {
    GENET_CHECK(images->label(i) >= 0 && images->label(i) < kClasses);
    GENET_CHECK(images->pixels(i)[images->image_bytes() - 1] <= 255);
  }
  return 0;
}
