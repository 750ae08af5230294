#include "genet/kernels/tiles_workload.h"

#include <cmath>
#include <utility>

#include "genet/kernels/convolution_algorithms.h"

namespace genet::kernels {

std::vector<ConvolutionShape> TileShapes() {
  return {{32, 32, 1, 1},  {32, 64, 4, 4}, {64, 32, 8, 8}, {32, 32, 5, 16},
          {32, 96, 3, 17}, {64, 32, 7, 9}, {32, 32, 13, 6}};
}

TileWorkload::TileWorkload(const ConvolutionShape& shape, uint64_t seed)
    : shape_(shape),
      stream_(RandomKey(seed)),
      weights_(RandomFloats(stream_, size_t(shape.in_channels) * shape.out_channels * 9)) {
  const int ins = shape.in_channels, outs = shape.out_channels;
  const size_t plane = size_t(pixels()) * kBlock;
  for (Floats* values : {&first_, &second_}) *values = RandomFloats(stream_, ins * plane);
  for (Floats* part : {&in_scale_, &in_shift_}) *part = RandomFloats(stream_, ins);
  sources_[0] = {first_.data(), in_scale_.data(), in_shift_.data()};
  sources_[1] = {second_.data()};
  for (Floats* part : {&scale_, &shift_, &mean_, &factor_, &mean_g_, &slope_}) {
    *part = RandomFloats(stream_, outs);
  }
  gradient_ = RandomFloats(stream_, outs * plane);
  gradient_pointer_ = gradient_.data();
  z_ = RandomFloats(stream_, outs * plane);
  // Single and double precision must agree on where the ReLU is open.
  for (size_t i = 0; i < z_.size(); ++i) {
    const size_t c = i / plane;
    if (std::abs(scale_[c] * z_[i] + shift_[c]) < 1e-5f) z_[i] += 0.125f;
  }
  lanes_ = Floats(kBlock, 1.0f);
  lanes_[kBlock - 1] = 0;  // a lane without an image
}

NormalisedGradient TileWorkload::Gradient() const {
  return {.gradients = &gradient_pointer_,
          .count = 1,
          .z = z_.data(),
          .scale = scale_.data(),
          .shift = shift_.data(),
          .mean = mean_.data(),
          .factor = factor_.data(),
          .mean_g = mean_g_.data(),
          .slope = slope_.data(),
          .lanes = lanes_.data()};
}

std::vector<Floats> TileWorkload::Run() const {
  ThreadTeam team(2);
  const ConvolutionAlgorithm& tiles = kTileConvolution;
  const ConvolutionSizes sizes = tiles.sizes(shape_, team.size());
  const size_t ins = shape_.in_channels, outs = shape_.out_channels;
  Floats packed(sizes.packed), packed_back(sizes.packed_transposed), scratch(sizes.scratch);
  Floats sums(sizes.weight_sums), output(outs * pixels() * kBlock), moments(outs * 2 * kBlock);
  Floats input_gradient(ins * pixels() * kBlock), weight_gradient(weights_.size());
  tiles.pack(shape_, weights_.data(), false, packed.data(), team);
  tiles.pack(shape_, weights_.data(), true, packed_back.data(), team);
  tiles.forward({.shape = shape_,
                 .input = Input(),
                 .packed_weights = packed.data(),
                 .output = output.data(),
                 .sums = moments.data(),
                 .scratch = scratch.data()},
                team);
  tiles.backward({.shape = shape_,
                  .input = Input(),
                  .output = Gradient(),
                  .packed_transposed_weights = packed_back.data(),
                  .input_gradient = input_gradient.data(),
                  .weight_sums = sums.data(),
                  .first = true,
                  .scratch = scratch.data()},
                 team);
  tiles.reduce(shape_, sums.data(), weight_gradient.data(), team);
  for (const Floats* part : {&packed, &packed_back, &scratch, &sums}) {
    GENET_CHECK(part->GuardsHold());
  }
  std::vector<Floats> results;
  for (Floats* result : {&output, &moments, &input_gradient, &weight_gradient}) {
    results.push_back(std::move(*result));
  }
  return results;
}

}  // namespace genet::kernels
