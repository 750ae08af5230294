// How the engine lays out activations, and the views of them that kernels take.
//
// An activation is stored as [block of 16 images][channel][row][column][16 images]: the lanes of a
// vector are images, so every kernel is plain vertical code at any number of channels and any
// window, and a block is one vector (AVX-512), two (AVX2) or four (SSE, NEON). Kernels work on one
// block; all pointers below point at one block, aligned to 64 bytes.
#pragma once

#include <cstddef>

namespace genet::kernels {

inline constexpr size_t kBlock = 16;  // images

// One activation as its consumer sees it. A convolution stores its output z before batch
// normalisation; normalisation and ReLU, max(0, scale[c] z + shift[c]), are applied on reading.
// Without a scale the values are taken as they are.
struct Source {
  const float* values = nullptr;
  const float* scale = nullptr;  // one value per channel
  const float* shift = nullptr;
};

// The sum of some activations of the same shape.
struct SourceSum {
  const Source* sources = nullptr;
  int count = 0;
};

}  // namespace genet::kernels
