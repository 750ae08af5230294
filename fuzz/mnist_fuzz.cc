// Any bytes as MNIST's test labels and test images, beside good training files, are read or
// refused. The first byte says which file the others are.
#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/data_set.h"

namespace {

std::string Images(int count) {
  std::string file("\0\0\x08\x03\0\0\0\0\0\0\0\x1c\0\0\0\x1c", 16);
  file[7] = static_cast<char>(count);
  return file + std::string(static_cast<size_t>(count) * 28 * 28, '\1');
}

std::string Labels(int count) {
  std::string file("\0\0\x08\x01\0\0\0\0", 8);
  file[7] = static_cast<char>(count);
  return file + std::string(static_cast<size_t>(count), '\2');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const genet::ScratchFolder folder;
  genet::Put(folder / "train-images-idx3-ubyte", Images(2));
  genet::Put(folder / "train-labels-idx1-ubyte", Labels(2));
  const std::string content(reinterpret_cast<const char*>(data) + 1, size - 1);
  genet::Put(folder / "t10k-images-idx3-ubyte", data[0] % 2 == 0 ? content : Images(1));
  genet::Put(folder / "t10k-labels-idx1-ubyte", data[0] % 2 == 0 ? Labels(1) : content);
  const auto set = genet::OpenDataSet("mnist:" + folder.path().string(), folder / "cache");
  if (set) {
    for (size_t i = 0; i < set->test.size(); ++i) {
      GENET_CHECK(set->test.label(i) >= 0 && set->test.label(i) < set->classes());
      GENET_CHECK(set->test.pixels(i)[set->test.image_bytes() - 1] <= 255);
    }
  }
  return 0;
}
