// Pooling of many shapes on drawn values, as the tests and the signature run it.
#pragma once

#include <string>
#include <vector>

#include "genet/kernels/floats.h"
#include "genet/kernels/pooling.h"

namespace genet::kernels {

class PoolingWorkload {
 public:
  const PoolShape& shape() const { return shape_; }
  int pixels() const { return shape_.height * shape_.width; }
  int outputs() const { return shape_.out_height * shape_.out_width; }
  SourceSum Input() const { return input_.sum(); }
  SourceSum Gradients() const { return gradients_.sum(); }
  std::string text() const;

  // Output, input gradient, by the target in use. That nothing else was written is checked.
  std::vector<Floats> Run() const;

 private:
  friend std::vector<PoolingWorkload> PoolingWorkloads(bool average);

  // Sources in sixteenths, scaled by powers of two: sums are exact in single precision, so that
  // maxima, and ties among them, are the same for the plain computation.
  struct Sources {
    Sources(RandomStream& stream, int channels, size_t count, int source_count,
            unsigned normalised);
    SourceSum sum() const { return {sources.data(), static_cast<int>(sources.size())}; }

    std::vector<Floats> values;
    Floats scale, shift;
    std::vector<Source> sources;
  };

  // `n` counts the workloads: sources and normalisation take all their values at different paces.
  PoolingWorkload(RandomStream& stream, const PoolShape& shape, int n);

  PoolShape shape_;
  Sources input_, gradients_;
};

// Kernels, strides and sizes with and without clipped windows.
std::vector<PoolingWorkload> PoolingWorkloads(bool average);

}  // namespace genet::kernels
