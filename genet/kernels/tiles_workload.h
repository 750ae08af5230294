// Whole layers of one block by two-dimensional Winograd, as the tests and the signature run them.
#pragma once

#include <cstdint>
#include <vector>

#include "genet/kernels/convolution.h"
#include "genet/kernels/floats.h"

namespace genet::kernels {

// Sizes around the tiles of 4 pixels and the panels of 4 tiles.
std::vector<ConvolutionShape> TileShapes();

class TileWorkload {
 public:
  TileWorkload(const ConvolutionShape& shape, uint64_t seed);
  TileWorkload(const TileWorkload&) = delete;

  const ConvolutionShape& shape() const { return shape_; }
  int pixels() const { return shape_.height * shape_.width; }
  const Floats& weights() const { return weights_; }
  SourceSum Input() const { return {sources_, 2}; }
  NormalisedGradient Gradient() const;

  // Output, its sums [out][2][16], input gradient, weight gradient, on the target in use. That
  // nothing else was written is checked.
  std::vector<Floats> Run() const;

 private:
  ConvolutionShape shape_;
  RandomStream stream_;
  Floats weights_;
  Floats first_{0}, second_{0}, in_scale_{0}, in_shift_{0};
  Floats scale_{0}, shift_{0}, mean_{0}, factor_{0}, mean_g_{0}, slope_{0};
  Floats gradient_{0}, z_{0}, lanes_{0};
  Source sources_[2];
  const float* gradient_pointer_ = nullptr;
};

}  // namespace genet::kernels
