#include "genet/kernels/tiles.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "genet/kernels/tiles.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "genet/kernels/tile_inputs-inl.h"
#include "genet/kernels/tile_outputs-inl.h"
#include "genet/kernels/tile_patches-inl.h"
#include "genet/kernels/tile_products-inl.h"

#if HWY_ONCE
namespace genet::kernels {

HWY_EXPORT(Patches);
HWY_EXPORT(GradientPatches);
HWY_EXPORT(Products);
HWY_EXPORT(Tiles);
HWY_EXPORT(Multiply);
HWY_EXPORT(Sum);
HWY_EXPORT(WeightTaps);

int Panels(const ConvolutionShape& shape) {
  const auto across = [](int pixels) { return (pixels + kTileEdge - 1) / kTileEdge; };
  return (across(shape.height) * across(shape.width) + kPanelTiles - 1) / kPanelTiles;
}

size_t PanelFloats(int channels) { return kTilePoints * PointStride(channels); }

size_t TransformScratchFloats() {
  constexpr size_t kStrip = size_t(kPatchEdge) * kStripColumns * kBlock;
  constexpr size_t kTransposed = size_t(kTileEdge) * kTileEdge * kBlock * kGroupChannels;
  return std::max(kStrip, kTransposed);
}

void TransformPatches(const TilePanel& at, const SourceSum& input, int begin, int end,
                      float* patches, float* scratch) {
  HWY_DYNAMIC_DISPATCH(Patches)(at, input, begin, end, patches, scratch);
}

void TransformGradientPatches(const TilePanel& at, const NormalisedGradient& gradient, int begin,
                              int end, float* patches, float* scratch) {
  HWY_DYNAMIC_DISPATCH(GradientPatches)(at, gradient, begin, end, patches, scratch);
}

void TransformProducts(const TilePanel& at, const float* products, int begin, int end,
                       float* output, float* sums) {
  HWY_DYNAMIC_DISPATCH(Products)(at, products, begin, end, output, sums);
}

void TransformTiles(const TilePanel& at, const SourceSum& input, int begin, int end, float* tiles,
                    float* scratch) {
  HWY_DYNAMIC_DISPATCH(Tiles)(at, input, begin, end, tiles, scratch);
}

void MultiplyPoint(int in_channels, int out_channels, int point, const float* packed,
                   const float* patches, float* products) {
  HWY_DYNAMIC_DISPATCH(Multiply)(in_channels, out_channels, point, packed, patches, products);
}

size_t TileSumFloats(const ConvolutionShape& shape) { return PackedTileFloats(shape); }

void SumPoint(const ConvolutionShape& shape, int point, const float* gradient_patches,
              const float* tiles, bool first, float* sums) {
  HWY_DYNAMIC_DISPATCH(Sum)(shape, point, gradient_patches, tiles, first, sums);
}

void TileWeightGradient(const ConvolutionShape& shape, const float* sums, int begin, int end,
                        float* gradient) {
  HWY_DYNAMIC_DISPATCH(WeightTaps)(shape, sums, begin, end, gradient);
}

}  // namespace genet::kernels
#endif
