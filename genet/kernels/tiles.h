// Convolutions of wide layers by two-dimensional Winograd, F(4x4,3x3): a quarter of the
// multiplications of 3x3 kernels with padding 1. See points-inl.h for the points.
//
// The image is cut into tiles of 4x4 pixels. Work goes by panels of kPanelTiles tiles (in raster
// order) of one block of 16 images. At each of the 36 points a panel is one matrix product of all
// channels, so a layer is three phases that threads can share: transforms by channels, products by
// points, transforms back by channels. No result depends on how a phase is shared.
//
// Backward transforms patches of dz once. They serve the input gradient, as patches of the input do
// forward, and together with the 4x4 tiles of the input the weight gradient, where dz is the factor
// that has the border. There channels lie in the lanes, and images are summed in order.
//
// Channels in and out must be multiples of kTileChannels. Memory from callers is aligned to 64
// bytes and needs no initial value, unless said otherwise. Functions are thread-safe on different
// channels or points. winograd_tiles.cc makes an algorithm of them.
#pragma once

#include "genet/kernels/convolution.h"

namespace genet::kernels {

inline constexpr int kTileChannels = 32;
inline constexpr int kPanelTiles = 4;
inline constexpr int kTilePoints = 36;

struct TilePanel {
  ConvolutionShape shape;  // input and output have the same height and width
  int panel = 0;           // below Panels(shape)
};
int Panels(const ConvolutionShape& shape);

// The points of a panel's patches, tiles or products: [point][...].
size_t PanelFloats(int channels);
// Scratch memory of each thread that transforms.
size_t TransformScratchFloats();

// Channels [begin, end) of the points of patches of the input, of dz, and back from products.
void TransformPatches(const TilePanel& at, const SourceSum& input, int begin, int end,
                      float* patches, float* scratch);
void TransformGradientPatches(const TilePanel& at, const NormalisedGradient& gradient, int begin,
                              int end, float* patches, float* scratch);
// `sums` (null or [channel][2][16]) receives each image's sum and sum of squares: it is added to.
void TransformProducts(const TilePanel& at, const float* products, int begin, int end,
                       float* output, float* sums);
// Channels [begin, end), multiples of 16, of the points of the input's tiles.
void TransformTiles(const TilePanel& at, const SourceSum& input, int begin, int end, float* tiles,
                    float* scratch);

// Weights at the points. `weights` is [out][in][3][3]; transposed: for the input gradient, of the
// convolution that goes from `out` to `in`. Output channels [begin, end) of the packed convolution,
// multiples of 4.
size_t PackedTileFloats(const ConvolutionShape& shape);
void PackTileWeights(const ConvolutionShape& shape, const float* weights, bool transposed,
                     int begin, int end, float* packed);

// products = weights times patches, at one point.
void MultiplyPoint(int in_channels, int out_channels, int point, const float* packed,
                   const float* patches, float* products);

// sums (+)= gradient patches times input tiles, at one point; `first` starts from zero.
size_t TileSumFloats(const ConvolutionShape& shape);
void SumPoint(const ConvolutionShape& shape, int point, const float* gradient_patches,
              const float* tiles, bool first, float* sums);
// The weight gradient [out][in][3][3] that the sums stand for, of output channels [begin, end).
void TileWeightGradient(const ConvolutionShape& shape, const float* sums, int begin, int end,
                        float* gradient);

}  // namespace genet::kernels
