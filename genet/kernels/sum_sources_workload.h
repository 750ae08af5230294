// Work for the kernel of sums of sources on drawn values, as the tests and the signature run it.
// Run works on the target in use.
#pragma once

#include <string>
#include <vector>

#include "genet/kernels/floats.h"
#include "genet/kernels/sum_sources.h"

namespace genet::kernels {

struct SumWorkload {
  int channels, pixels;
  Floats scale, shift;
  std::vector<Floats> values;
  std::vector<Source> sources;

  SourceSum input() const { return {sources.data(), static_cast<int>(sources.size())}; }
  std::string text() const;
  std::vector<Floats> Run() const;
};
std::vector<SumWorkload> SumWorkloads();

}  // namespace genet::kernels
