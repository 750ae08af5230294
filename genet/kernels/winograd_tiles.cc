// Winograd on tiles as an algorithm: the phases of tiles.h, shared among the threads of a team.
#include <algorithm>

#include "genet/kernels/convolution_algorithms.h"
#include "genet/kernels/tiles.h"

namespace genet::kernels {
namespace {

constexpr int kSlice = 8;       // channels of one piece of a shared phase
constexpr int kTileSlice = 16;  // likewise, of tiles of the input

// Calls body(begin, end, thread) for all slices of the channels.
template <class Body>
void Share(ThreadTeam& team, int channels, const Body& body) {
  team.Run((channels + kSlice - 1) / kSlice, [&](int index, int thread) {
    body(index * kSlice, std::min(channels, (index + 1) * kSlice), thread);
  });
}

size_t WidestPanelFloats(const ConvolutionShape& shape) {
  return PanelFloats(std::max(shape.in_channels, shape.out_channels));
}

// The parts of scratch memory, for both passes.
struct Scratch {
  Scratch(const ConvolutionShape& shape, float* memory)
      : patches(memory),
        products(patches + WidestPanelFloats(shape)),
        tiles(products + WidestPanelFloats(shape)),
        transforms(tiles + WidestPanelFloats(shape)) {}
  static size_t Floats(const ConvolutionShape& shape, int threads) {
    return 3 * WidestPanelFloats(shape) + threads * TransformScratchFloats();
  }
  float* OfThread(int thread) const { return transforms + thread * TransformScratchFloats(); }

  float *patches, *products, *tiles, *transforms;
};

bool Serves(const ConvolutionShape& shape) {
  return shape.kernel == 3 && shape.padding == 1 && shape.in_channels % kTileChannels == 0 &&
         shape.out_channels % kTileChannels == 0;
}

ConvolutionSizes Sizes(const ConvolutionShape& shape, int threads) {
  return {.packed = PackedTileFloats(shape),
          .packed_transposed = PackedTileFloats(shape),
          .scratch = Scratch::Floats(shape, threads),
          .weight_sums = TileSumFloats(shape),
          // About 1,024 terms, because sums of sums round less.
          .chunk_blocks = std::max(1, 16 / Panels(shape))};
}

void Pack(const ConvolutionShape& shape, const float* weights, bool transposed, float* packed,
          ThreadTeam& team) {
  Share(team, transposed ? shape.in_channels : shape.out_channels, [&](int begin, int end, int) {
    PackTileWeights(shape, weights, transposed, begin, end, packed);
  });
}

void Forward(const ConvolutionForward& args, ThreadTeam& team) {
  const ConvolutionShape& shape = args.shape;
  const int ins = shape.in_channels, outs = shape.out_channels;
  const Scratch scratch(shape, args.scratch);
  if (args.sums != nullptr) std::fill_n(args.sums, size_t(outs) * 2 * kBlock, 0.0f);
  for (int panel = 0; panel < Panels(shape); ++panel) {
    const TilePanel at{shape, panel};
    Share(team, ins, [&](int begin, int end, int thread) {
      TransformPatches(at, args.input, begin, end, scratch.patches, scratch.OfThread(thread));
    });
    team.Run(kTilePoints, [&](int point, int) {
      MultiplyPoint(ins, outs, point, args.packed_weights, scratch.patches, scratch.products);
    });
    Share(team, outs, [&](int begin, int end, int) {
      TransformProducts(at, scratch.products, begin, end, args.output, args.sums);
    });
  }
}

void Backward(const ConvolutionBackward& args, ThreadTeam& team) {
  const ConvolutionShape& shape = args.shape;
  const int ins = shape.in_channels, outs = shape.out_channels;
  const int patch_slices = outs / kSlice, tile_slices = ins / kTileSlice;
  const Scratch scratch(shape, args.scratch);
  for (int panel = 0; panel < Panels(shape); ++panel) {
    const TilePanel at{shape, panel};
    team.Run(patch_slices + tile_slices, [&](int index, int thread) {
      if (index < patch_slices) {
        TransformGradientPatches(at, args.output, index * kSlice, (index + 1) * kSlice,
                                 scratch.patches, scratch.OfThread(thread));
      } else {
        const int begin = (index - patch_slices) * kTileSlice;
        TransformTiles(at, args.input, begin, begin + kTileSlice, scratch.tiles,
                       scratch.OfThread(thread));
      }
    });
    team.Run(kTilePoints, [&](int point, int) {
      SumPoint(shape, point, scratch.patches, scratch.tiles, args.first && panel == 0,
               args.weight_sums);
      if (args.input_gradient != nullptr) {
        MultiplyPoint(outs, ins, point, args.packed_transposed_weights, scratch.patches,
                      scratch.products);
      }
    });
    if (args.input_gradient == nullptr) continue;
    const TilePanel back{shape.transposed(), panel};
    Share(team, ins, [&](int begin, int end, int) {
      TransformProducts(back, scratch.products, begin, end, args.input_gradient, nullptr);
    });
  }
}

void Reduce(const ConvolutionShape& shape, const float* weight_sums, float* gradient,
            ThreadTeam& team) {
  Share(team, shape.out_channels, [&](int begin, int end, int) {
    TileWeightGradient(shape, weight_sums, begin, end, gradient);
  });
}

}  // namespace

constexpr ConvolutionAlgorithm kTileConvolution = {.name = "tiles",
                                                   .forms_every_product = false,
                                                   .shares_blocks = true,
                                                   .completes_sums = false,
                                                   .serves = Serves,
                                                   .sizes = Sizes,
                                                   .pack = Pack,
                                                   .forward = Forward,
                                                   .backward = Backward,
                                                   .reduce = Reduce};

}  // namespace genet::kernels
