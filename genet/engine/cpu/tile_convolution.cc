#include "genet/engine/cpu/tile_convolution.h"

#include <algorithm>

namespace genet {
namespace {

constexpr int kSlice = 8;  // channels of one piece of a shared phase

// Calls body(begin, end, thread) for all slices of the channels.
template <class Body>
void Share(ThreadTeam& team, int channels, int slice, const Body& body) {
  team.Run((channels + slice - 1) / slice, [&](int index, int thread) {
    body(index * slice, std::min(channels, (index + 1) * slice), thread);
  });
}

}  // namespace

void TileMemory::Reserve(const kernels::ConvolutionShape& shape, int threads) {
  const int widest = std::max(shape.in_channels, shape.out_channels);
  patches.Grow(kernels::PanelFloats(widest));
  products.Grow(kernels::PanelFloats(widest));
  tiles.Grow(kernels::PanelFloats(shape.in_channels));
  sums.Grow(kernels::TileSumFloats(shape));
  scratch_stride = kernels::TransformScratchFloats();
  scratch.Grow(scratch_stride * threads);
}

size_t TileMemory::floats() const {
  return patches.size() + tiles.size() + products.size() + sums.size() + scratch.size();
}

bool TileConvolution::Serves(const kernels::ConvolutionShape& shape) {
  return shape.kernel == 3 && shape.padding == 1 &&
         shape.in_channels % kernels::kTileChannels == 0 &&
         shape.out_channels % kernels::kTileChannels == 0;
}

TileConvolution::TileConvolution(const kernels::ConvolutionShape& shape, bool wants_input_gradient)
    : shape_(shape), packed_(kernels::PackedTileFloats(shape)) {
  if (wants_input_gradient) packed_transposed_ = Buffer(kernels::PackedTileFloats(shape));
}

int TileConvolution::chunk_blocks() const { return std::max(1, 16 / kernels::Panels(shape_)); }

void TileConvolution::Pack(ThreadTeam& team, const float* weights, bool backward) {
  Share(team, shape_.out_channels, kSlice, [&](int begin, int end, int) {
    kernels::PackTileWeights(shape_, weights, false, begin, end, packed_.data());
  });
  if (!backward || packed_transposed_.size() == 0) return;
  Share(team, shape_.in_channels, kSlice, [&](int begin, int end, int) {
    kernels::PackTileWeights(shape_, weights, true, begin, end, packed_transposed_.data());
  });
}

void TileConvolution::Forward(ThreadTeam& team, TileMemory& memory, const kernels::SourceSum& input,
                              float* output, float* sums) const {
  const int ins = shape_.in_channels, outs = shape_.out_channels;
  if (sums != nullptr) std::fill(sums, sums + size_t(outs) * 2 * kernels::kBlock, 0.0f);
  for (int panel = 0; panel < kernels::Panels(shape_); ++panel) {
    const kernels::TilePanel at{shape_, panel};
    Share(team, ins, kSlice, [&](int begin, int end, int thread) {
      kernels::TransformPatches(at, input, begin, end, memory.patches.data(),
                                memory.scratch.data() + thread * memory.scratch_stride);
    });
    team.Run(kernels::kTilePoints, [&](int point, int) {
      kernels::MultiplyPoint(ins, outs, point, packed_.data(), memory.patches.data(),
                             memory.products.data());
    });
    Share(team, outs, kSlice, [&](int begin, int end, int) {
      kernels::TransformProducts(at, memory.products.data(), begin, end, output, sums);
    });
  }
}

void TileConvolution::Backward(ThreadTeam& team, TileMemory& memory,
                               const kernels::SourceSum& input,
                               const kernels::NormalisedGradient& gradient, bool first,
                               float* input_gradient) const {
  const int ins = shape_.in_channels, outs = shape_.out_channels;
  constexpr int kTileSlice = 16;
  const int patch_slices = outs / kSlice, tile_slices = ins / kTileSlice;
  for (int panel = 0; panel < kernels::Panels(shape_); ++panel) {
    const kernels::TilePanel at{shape_, panel};
    team.Run(patch_slices + tile_slices, [&](int index, int thread) {
      float* scratch = memory.scratch.data() + thread * memory.scratch_stride;
      if (index < patch_slices) {
        kernels::TransformGradientPatches(at, gradient, index * kSlice, (index + 1) * kSlice,
                                          memory.patches.data(), scratch);
      } else {
        const int begin = (index - patch_slices) * kTileSlice;
        kernels::TransformTiles(at, input, begin, begin + kTileSlice, memory.tiles.data(), scratch);
      }
    });
    team.Run(kernels::kTilePoints, [&](int point, int) {
      kernels::SumPoint(shape_, point, memory.patches.data(), memory.tiles.data(),
                        first && panel == 0, memory.sums.data());
      if (input_gradient != nullptr) {
        kernels::MultiplyPoint(outs, ins, point, packed_transposed_.data(), memory.patches.data(),
                               memory.products.data());
      }
    });
    if (input_gradient == nullptr) continue;
    const kernels::TilePanel back{shape_.transposed(), panel};
    Share(team, ins, kSlice, [&](int begin, int end, int) {
      kernels::TransformProducts(back, memory.products.data(), begin, end, input_gradient, nullptr);
    });
  }
}

void TileConvolution::AddWeightGradient(ThreadTeam& team, const TileMemory& memory,
                                        float* gradient) const {
  Share(team, shape_.out_channels, kSlice, [&](int begin, int end, int) {
    kernels::AddTileGradient(shape_, memory.sums.data(), begin, end, gradient);
  });
}

}  // namespace genet
