// Work for the kernel of blocks of images on drawn values, as the tests and the signature run it.
// Run works on the target in use.
#pragma once

#include <string>
#include <vector>

#include "genet/kernels/assemble_block.h"
#include "genet/kernels/floats.h"

namespace genet::kernels {

struct AssemblyWorkload {
  int channels, pixels;
  std::vector<std::vector<uint8_t>> images;
  std::vector<const uint8_t*> lanes;  // 16; null: without an image, which need not be the last ones
  Floats scale, offset;

  std::string text() const;
  std::vector<Floats> Run() const;
};
std::vector<AssemblyWorkload> AssemblyWorkloads();

}  // namespace genet::kernels
