// What the engine holds for one layer of a network.
#pragma once

#include <memory>
#include <vector>

#include "genet/engine/cpu/batch_norm.h"
#include "genet/engine/cpu/buffer.h"
#include "genet/engine/cpu/parameter.h"
#include "genet/engine/cpu/tile_convolution.h"
#include "genet/kernels/convolution.h"
#include "genet/kernels/pooling.h"
#include "genet/network/network.h"

namespace genet {

struct LayerState {
  const Layer* layer = nullptr;
  Buffer output;          // [block][...]: a convolution's z, others' activation
  Buffer input_gradient;  // with respect to the (summed) input; empty if nothing asks for it
  std::vector<int> consumers;

  // Convolution and fully connected.
  Parameter weight, bias;
  // Convolution.
  kernels::ConvolutionShape convolution;
  BatchNorm bn;
  bool sums_by_consumer = false;  // the one that goes back last takes the sums of the gradient
  std::unique_ptr<TileConvolution> tiles;  // of a wide layer; then the following are empty
  Buffer packed, packed_transposed;
  Buffer weight_sums;      // [chunk]
  Buffer chunk_gradients;  // [chunk][weight]
  int chunk_blocks = 1;
  // Pools.
  kernels::PoolShape pool;
  // Fully connected and dropout: the input as plain values, the gradient of the output.
  Buffer plain_input, output_gradient;
  int dropout_index = 0;
  std::vector<float> mask;  // dropout: [block][feature][16]

  bool is(Layer::Kind kind) const { return layer->kind == kind; }
  int output_pixels() const { return layer->output.height * layer->output.width; }
  size_t output_block() const { return layer->output.size() * kernels::kBlock; }
  size_t input_block() const { return layer->input.size() * kernels::kBlock; }
};

}  // namespace genet
