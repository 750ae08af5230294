// Work for the kernels of fully-connected layers on drawn values, as the tests and the signature
// run it. Each Run works on the target in use.
#pragma once

#include <string>
#include <vector>

#include "genet/kernels/dense.h"
#include "genet/kernels/floats.h"

namespace genet::kernels {

struct ProductWorkload {
  size_t rows, columns, blocks, input_stride;
  bool with_bias, relu, transposed;
  size_t stride;  // longer than a row or column, so that the gap must be stepped over
  Floats matrix, bias, values;

  DenseBlocks inputs() const { return {values.data(), columns, input_stride}; }
  BlockProduct product() const;
  std::string text() const;
  std::vector<Floats> Run() const;  // the outputs, in two parts, as threads share it
};
std::vector<ProductWorkload> ProductWorkloads();

struct WeightGradientWorkload {
  size_t outputs, inputs, blocks, output_stride, input_stride;
  Floats y, x;

  std::string text() const;
  std::vector<Floats> Run() const;  // the gradient, in two parts
};
std::vector<WeightGradientWorkload> WeightGradientWorkloads();

}  // namespace genet::kernels
