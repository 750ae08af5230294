// Matrix products with one block of 16 images, for fully-connected layers, and the assembly of
// blocks from 8-bit images. Thread-safe on different outputs.
#pragma once

#include <cstdint>

#include "genet/kernels/layout.h"

namespace genet::kernels {

// output[m][16] = bias[m] + sum over k of matrix[m * row_stride + k * column_stride] input[k][16],
// m < rows, k < columns; bias may be null; with relu, negative results become 0.
struct BlockProduct {
  const float* matrix = nullptr;
  size_t row_stride = 0, column_stride = 0;
  size_t rows = 0, columns = 0;
  const float* bias = nullptr;
  bool relu = false;
};
void MultiplyBlock(const BlockProduct& product, const float* input, float* output);

// gradient[o * inputs + i] = sum over blocks and images of outputs[o][16] inputs[i][16], blocks
// `output_stride` and `input_stride` floats apart. Lanes without an image must be 0 in outputs.
void WeightGradient(const float* outputs, size_t output_count, size_t output_stride,
                    const float* inputs, size_t input_count, size_t input_stride, size_t blocks,
                    float* gradient);

// to[i] = sum of the sources, for `channels` channels of `pixels` values each.
void SumSources(const SourceSum& input, int channels, int pixels, float* to);

// One block of network input from 16 images (null: a lane without an image, 0), each
// [channel][pixel] of 8 bits: to[channel][pixel][16] = scale[channel] pixel + offset[channel].
void AssembleBlock(const uint8_t* const* images, int channels, int pixels, const float* scale,
                   const float* offset, float* to);

}  // namespace genet::kernels
