// Backward through batch normalisation and ReLU, of one block of 16 images. Thread-safe on
// different sums.
#pragma once

#include "genet/kernels/layout.h"

namespace genet::kernels {

// The gradient of z, the output of a convolution before batch normalisation and ReLU:
//   g  = sum of gradients where scale z + shift > 0, else 0
//   dz = factor (g - (mean_g + (z - mean) slope))
// All arrays have one value per output channel.
struct NormalisedGradient {
  const float* const* gradients = nullptr;  // with respect to the activation
  int count = 0;
  const float* z = nullptr;
  const float* scale = nullptr;
  const float* shift = nullptr;
  const float* mean = nullptr;
  const float* factor = nullptr;
  const float* mean_g = nullptr;
  const float* slope = nullptr;
  const float* lanes = nullptr;  // 16 values: 1 for an image, 0 for a lane without one
};

// sums [channel][2][16]: each image's sums of g and of g (z - mean) over its pixels, of channels
// [begin, end). `factor`, `mean_g`, `slope` and `lanes` are not read.
void NormalisationSums(const NormalisedGradient& gradient, int begin, int end, int pixels,
                       float* sums);

// A convolution whose gradient another kernel completes: that kernel writes an input gradient, the
// last one that was missing. It also takes the convolution's sums, while the rows are in the cache,
// with the same bits as NormalisationSums.
struct CompletedGradient {
  NormalisedGradient gradient;  // the one in the making among them
  float* sums = nullptr;
};
struct CompletedGradients {
  const CompletedGradient* list = nullptr;
  int count = 0;
};

}  // namespace genet::kernels
