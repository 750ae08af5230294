// Convolutions of one block of 16 images: forward with batch statistics, and backward through batch
// normalisation and ReLU to both gradients in one pass over the rows.
//
// Two arithmetics with one interface. Direct forms every product, for any odd kernel. Winograd is
// F(4,3) along rows (and F(3,4) for weight gradients), for 3x3 kernels with padding 1: half of the
// multiplications. Its points are 0, +-sqrt(1/2), +-sqrt(2), infinity, which round two to five
// times less than 0, +-1, +-2, infinity at the same cost.
//
// Functions are thread-safe on different outputs and scratch. Scratch and packed weights must be
// aligned to 64 bytes; scratch needs no initial value.
#pragma once

#include <cstddef>

#include "genet/kernels/layout.h"
#include "genet/kernels/normalisation.h"

namespace genet::kernels {

struct ConvolutionShape {
  int in_channels = 0;
  int out_channels = 0;
  int height = 0;  // of the input
  int width = 0;
  int kernel = 3;  // odd
  int padding = 1;
  bool winograd = false;  // only with kernel 3 and padding 1

  int out_height() const { return height + 2 * padding - kernel + 1; }
  int out_width() const { return width + 2 * padding - kernel + 1; }
  // The convolution that carries gradients back: from output to input, kernel turned round.
  ConvolutionShape transposed() const {
    return {out_channels, in_channels,          out_height(), out_width(),
            kernel,       kernel - 1 - padding, winograd};
  }
};

// Weights as the kernels read them. `weights` is [out][in][row][column].
size_t PackedWeightFloats(const ConvolutionShape& shape);
void PackWeights(const ConvolutionShape& shape, const float* weights, float* packed);
// For the input gradient: packed as the transposed() shape's weights.
void PackTransposedWeights(const ConvolutionShape& shape, const float* weights, float* packed);

size_t ConvolutionScratchFloats(const ConvolutionShape& shape);

struct ConvolutionForward {
  ConvolutionShape shape;
  SourceSum input;
  const float* packed_weights = nullptr;
  float* output = nullptr;  // [out][row][column][16]
  // [out][2][16]: each image's sum and sum of squares of its outputs. May be null.
  float* sums = nullptr;
  float* scratch = nullptr;
};
void Forward(const ConvolutionForward& args);

struct ConvolutionBackward {
  ConvolutionShape shape;
  SourceSum input;
  NormalisedGradient output;
  const float* packed_transposed_weights = nullptr;
  float* input_gradient = nullptr;  // [in][row][column][16]; null: not wanted
  // Products summed over pixels, images still apart; this block's are added, or are the first.
  // Opaque; see ReduceWeightGradient.
  float* weight_sums = nullptr;
  bool first = false;
  float* scratch = nullptr;
  CompletedGradients completed = {};
};
void Backward(const ConvolutionBackward& args);

size_t WeightSumFloats(const ConvolutionShape& shape);
// Sums over images, in a fixed order, into gradient [out][in][row][column].
void ReduceWeightGradient(const ConvolutionShape& shape, const float* weight_sums, float* gradient);

}  // namespace genet::kernels
