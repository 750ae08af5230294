// Small CIFAR files for tests.
#pragma once

#include <string>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {

// A record of an image whose bytes follow from its number.
inline std::string Record(std::string labels, int image) {
  for (int i = 0; i < 3072; ++i) labels += static_cast<char>((image * 7 + i) & 255);
  return labels;
}

inline std::string Cifar10Batch(int records, int first) {
  std::string bytes;
  for (int i = 0; i < records; ++i) {
    bytes += Record(std::string(1, static_cast<char>((first + i) % 10)), first + i);
  }
  return bytes;
}

// 20 training and 3 test images; the class of image i is i modulo 10.
inline void PutCifar10(const fs::path& folder) {
  for (int b = 1; b <= 5; ++b) {
    Put(folder / fmt::format("data_batch_{}.bin", b), Cifar10Batch(4, 4 * (b - 1)));
  }
  Put(folder / "test_batch.bin", Cifar10Batch(3, 100));
}

}  // namespace genet
