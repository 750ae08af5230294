#include "genet/kernels/tiles_workload.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace genet::kernels {
namespace {

// Calls phase(begin, end) for two pieces of `count` channels.
template <class Phase>
void Halves(int count, Phase phase) {
  const int middle = count / 2 / kTileChannels * kTileChannels;
  phase(0, middle);
  phase(middle, count);
}

}  // namespace

struct TileWorkload::Memory {
  Floats packed, packed_back, patches, products, tiles, sums, scratch;
  Floats output, moments, input_gradient, weight_gradient;
};

std::vector<ConvolutionShape> TileShapes() {
  std::vector<ConvolutionShape> shapes = {{32, 32, 1, 1},  {32, 64, 4, 4},  {64, 32, 8, 8},
                                          {32, 32, 5, 16}, {32, 96, 3, 17}, {64, 32, 7, 9},
                                          {32, 32, 13, 6}};
  for (ConvolutionShape& shape : shapes) shape.winograd = true;
  return shapes;
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

Floats TileWorkload::Packed(bool transposed) const {
  Floats packed(PackedTileFloats(shape_));
  const int outs = transposed ? shape_.in_channels : shape_.out_channels;
  PackTileWeights(shape_, weights_.data(), transposed, 0, 4, packed.data());
  PackTileWeights(shape_, weights_.data(), transposed, 4, outs, packed.data());
  return packed;
}

void TileWorkload::RunForward(Memory& memory) const {
  const int ins = shape_.in_channels, outs = shape_.out_channels;
  for (int panel = 0; panel < Panels(shape_); ++panel) {
    Halves(ins, [&](int begin, int end) {
      TransformPatches({shape_, panel}, Input(), begin, end, memory.patches.data(),
                       memory.scratch.data());
    });
    for (int point = 0; point < kTilePoints; ++point) {
      MultiplyPoint(ins, outs, point, memory.packed.data(), memory.patches.data(),
                    memory.products.data());
    }
    Halves(outs, [&](int begin, int end) {
      TransformProducts({shape_, panel}, memory.products.data(), begin, end, memory.output.data(),
                        memory.moments.data());
    });
  }
}

void TileWorkload::RunBackward(Memory& memory) const {
  const int ins = shape_.in_channels, outs = shape_.out_channels;
  const ConvolutionShape back = shape_.transposed();
  for (int panel = 0; panel < Panels(shape_); ++panel) {
    Halves(outs, [&](int begin, int end) {
      TransformGradientPatches({shape_, panel}, Gradient(), begin, end, memory.patches.data(),
                               memory.scratch.data());
    });
    Halves(ins, [&](int begin, int end) {
      TransformTiles({shape_, panel}, Input(), begin, end, memory.tiles.data(),
                     memory.scratch.data());
    });
    for (int point = kTilePoints - 1; point >= 0; --point) {
      SumPoint(shape_, point, memory.patches.data(), memory.tiles.data(), panel == 0,
               memory.sums.data());
      MultiplyPoint(outs, ins, point, memory.packed_back.data(), memory.patches.data(),
                    memory.products.data());
    }
    Halves(ins, [&](int begin, int end) {
      TransformProducts({back, panel}, memory.products.data(), begin, end,
                        memory.input_gradient.data(), nullptr);
    });
  }
  Halves(outs, [&](int begin, int end) {
    AddTileGradient(shape_, memory.sums.data(), begin, end, memory.weight_gradient.data());
  });
}

std::vector<Floats> TileWorkload::Run() const {
  const size_t ins = shape_.in_channels, outs = shape_.out_channels;
  const size_t panel = PanelFloats(static_cast<int>(std::max(ins, outs)));
  Memory memory{.packed = Packed(false),
                .packed_back = Packed(true),
                .patches = Floats(panel),
                .products = Floats(panel),
                .tiles = Floats(PanelFloats(shape_.in_channels)),
                .sums = Floats(TileSumFloats(shape_)),
                .scratch = Floats(TransformScratchFloats()),
                .output = Floats(outs * pixels() * kBlock),
                .moments = Floats(outs * 2 * kBlock, 0.0f),
                .input_gradient = Floats(ins * pixels() * kBlock),
                .weight_gradient = Floats(weights_.size(), 0.0f)};
  RunForward(memory);
  RunBackward(memory);
  for (const Floats* part : {&memory.packed, &memory.packed_back, &memory.patches, &memory.products,
                             &memory.tiles, &memory.sums, &memory.scratch}) {
    GENET_CHECK(part->GuardsHold());
  }
  std::vector<Floats> results;
  for (Floats* result :
       {&memory.output, &memory.moments, &memory.input_gradient, &memory.weight_gradient}) {
    results.push_back(std::move(*result));
  }
  return results;
}

}  // namespace genet::kernels
