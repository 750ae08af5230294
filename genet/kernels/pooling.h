// Pooling of one block of 16 images, and its gradient. Windows that leave the image at the right
// and lower border are clipped (ceil mode). Thread-safe on different outputs and scratch.
#pragma once

#include "genet/kernels/layout.h"
#include "genet/kernels/normalisation.h"

namespace genet::kernels {

struct PoolShape {
  int channels = 0;
  int height = 0;  // of the input
  int width = 0;
  int out_height = 0;
  int out_width = 0;
  int kernel = 0;
  int stride = 0;
  bool average = false;  // else maximum
};

// Floats of scratch for both directions.
size_t PoolScratchFloats(const PoolShape& shape);

// output: [channel][row][column][16].
void PoolForward(const PoolShape& shape, const SourceSum& input, float* output, float* scratch);

// `gradients` are those of the output, and are summed. A window's gradient goes to its largest
// value; if there are several, to the first in the order of rows, then columns.
void PoolBackward(const PoolShape& shape, const SourceSum& input, const SourceSum& gradients,
                  float* input_gradient, float* scratch, const CompletedGradients& completed = {});

}  // namespace genet::kernels
