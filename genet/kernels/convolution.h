// Convolutions of one block of 16 images: forward with batch statistics, and backward through batch
// normalisation and ReLU to both gradients.
//
// There are several algorithms with one interface, in one list. A new one is a file that defines a
// ConvolutionAlgorithm and a line in that list (convolution.cc); the tests of all algorithms then
// cover it, each at the shapes that it serves.
//
//   tiles    Winograd F(4x4,3x3): a quarter of the multiplications; wide layers of 3x3 kernels
//   rows     Winograd F(4,3) along rows: half of the multiplications; 3x3 kernels
//   direct   every product is formed; any odd kernel
//
// Functions are thread-safe on different outputs and scratch. Memory from callers must be aligned
// to 64 bytes; scratch and weight sums need no initial value.
#pragma once

#include <cstddef>
#include <span>

#include "genet/base/thread_team.h"
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

  int out_height() const { return height + 2 * padding - kernel + 1; }
  int out_width() const { return width + 2 * padding - kernel + 1; }
  size_t weights() const { return size_t(out_channels) * in_channels * kernel * kernel; }
  // The convolution that carries gradients back: from output to input, kernel turned round.
  ConvolutionShape transposed() const {
    return {out_channels, in_channels, out_height(), out_width(), kernel, kernel - 1 - padding};
  }
};

struct ConvolutionForward {
  ConvolutionShape shape;
  SourceSum input;
  const float* packed_weights = nullptr;
  float* output = nullptr;  // [out][row][column][16]
  // [out][2][16]: each image's sum and sum of squares of its outputs. May be null.
  float* sums = nullptr;
  float* scratch = nullptr;
};

struct ConvolutionBackward {
  ConvolutionShape shape;
  SourceSum input;
  NormalisedGradient output;
  const float* packed_transposed_weights = nullptr;
  float* input_gradient = nullptr;  // [in][row][column][16]; null: not wanted
  // Products summed over pixels, in a form of the algorithm's own; this block's are added, or are
  // the first.
  float* weight_sums = nullptr;
  bool first = false;
  float* scratch = nullptr;
  CompletedGradients completed = {};
};

// Memory that an algorithm needs at one shape, in floats.
struct ConvolutionSizes {
  size_t packed = 0;             // weights in the algorithm's form
  size_t packed_transposed = 0;  // likewise, for the input gradient
  size_t scratch = 0;
  size_t weight_sums = 0;
  // Blocks whose weight gradient is summed by itself and then added to that of others: it depends
  // on the shape alone, so that results do not depend on the number of threads.
  int chunk_blocks = 1;
};

struct ConvolutionAlgorithm {
  const char* name;  // in profiles

  bool forms_every_product;  // so direct arithmetic takes it
  bool shares_blocks;        // several threads can work on one block; else one does, others idle
  bool completes_sums;  // `backward` serves ConvolutionBackward::completed, which else is empty
  bool (*serves)(const ConvolutionShape& shape);

  // `threads`: those of the teams that the calls below are given.
  ConvolutionSizes (*sizes)(const ConvolutionShape& shape, int threads);
  // Weights [out][in][row][column] to the form that `forward` reads or, transposed, `backward`.
  void (*pack)(const ConvolutionShape& shape, const float* weights, bool transposed, float* packed,
               ThreadTeam& team);
  void (*forward)(const ConvolutionForward& args, ThreadTeam& team);
  void (*backward)(const ConvolutionBackward& args, ThreadTeam& team);
  // The weight gradient [out][in][row][column] that weight sums stand for: their sum over the
  // images, in a fixed order.
  void (*reduce)(const ConvolutionShape& shape, const float* weight_sums, float* gradient,
                 ThreadTeam& team);
};

// The fastest first.
std::span<const ConvolutionAlgorithm* const> ConvolutionAlgorithms();

// The first that serves the shape; with `every_product`, that forms every product as well.
const ConvolutionAlgorithm& ChooseConvolution(const ConvolutionShape& shape, bool every_product);

}  // namespace genet::kernels
