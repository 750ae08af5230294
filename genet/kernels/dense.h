// Matrix products with blocks of 16 images, for fully-connected layers. Thread-safe on different
// outputs.
#pragma once

#include "genet/kernels/layout.h"

namespace genet::kernels {

struct DenseBlocks {
  const float* values = nullptr;  // [feature][16] of each block
  size_t features = 0;
  size_t block_stride = 0;  // floats
};

// output[m][16] = bias[m] + sum over k of matrix[m * row_stride + k * column_stride] input[k][16]
// of each block, begin <= m < end, k < inputs.features; bias may be null; with relu, negative
// results become 0. A block's outputs lie output_stride floats after those of the block before.
struct BlockProduct {
  const float* matrix = nullptr;
  size_t row_stride = 0, column_stride = 0;
  const float* bias = nullptr;
  bool relu = false;
};
void MultiplyBlocks(const BlockProduct& product, size_t begin, size_t end,
                    const DenseBlocks& inputs, size_t blocks, float* output, size_t output_stride);

// gradient[o * inputs.features + i] = sum over blocks and images of outputs[o][16] inputs[i][16],
// begin <= o < end. Lanes without an image must be 0 in outputs.
void WeightGradient(const DenseBlocks& outputs, const DenseBlocks& inputs, size_t blocks,
                    size_t begin, size_t end, float* gradient);

}  // namespace genet::kernels
