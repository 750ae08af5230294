#include "genet/kernels/tiles.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/targets_for_test.h"
#include "genet/kernels/tiles_workload.h"

namespace genet::kernels {
namespace {

// Four times fewer products round more than direct ones do; see docs/engine.md.
constexpr double kTileTolerance = 5e-6;

std::vector<Expected> Want(const TileWorkload& layer) {
  const ConvolutionShape& shape = layer.shape();
  const plain::Values weights = layer.weights().Doubles();
  const plain::Values input = plain::Sum(layer.Input(), shape.in_channels, layer.pixels());
  const plain::Values output = plain::Convolve(shape, input, weights);
  const plain::Values dz =
      plain::NormaliseBackward(layer.Gradient(), shape.out_channels, layer.pixels());
  plain::Values weight_gradient(weights.size(), 0.0);
  plain::ConvolveWeightGradient(shape, dz, input, weight_gradient);
  return {{"output", output, kTileTolerance},
          {"sums", plain::Moments(output, shape.out_channels), kTileTolerance},
          {"input gradient", plain::ConvolveInputGradient(shape, dz, weights), kTileTolerance},
          {"weight gradient", weight_gradient, kTileTolerance}};
}

TEST(Tiles, AreThePlainConvolution) {
  for (const ConvolutionShape& shape : TileShapes()) {
    SCOPED_TRACE(fmt::format("{} to {} channels of {}x{}", shape.in_channels, shape.out_channels,
                             shape.height, shape.width));
    const TileWorkload layer(shape, 41);
    ExpectOnEveryTarget(Want(layer), [&] { return layer.Run(); });
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace genet::kernels
