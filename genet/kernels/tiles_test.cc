#include "genet/kernels/tiles.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

// Four times fewer products round more than direct ones do; see docs/engine.md.
constexpr double kTileTolerance = 5e-6;

// Whole layers of one block, phase by phase, each phase in two pieces as threads would share it.
class TileLayer {
 public:
  TileLayer(int in_channels, int out_channels, int height, int width, uint64_t seed)
      : shape_{in_channels, out_channels, height, width, 3, 1, true},
        stream_(RandomKey(seed)),
        weights_(RandomFloats(stream_, size_t(in_channels) * out_channels * 9)) {
    const size_t pixels = size_t(height) * width * kBlock;
    for (Floats* values : {&first_, &second_})
      *values = RandomFloats(stream_, in_channels * pixels);
    for (Floats* part : {&in_scale_, &in_shift_}) *part = RandomFloats(stream_, in_channels);
    sources_[0] = {first_.data(), in_scale_.data(), in_shift_.data()};
    sources_[1] = {second_.data()};
    for (Floats* part : {&scale_, &shift_, &mean_, &factor_, &mean_g_, &slope_}) {
      *part = RandomFloats(stream_, out_channels);
    }
    gradient_ = RandomFloats(stream_, out_channels * pixels);
    gradient_pointer_ = gradient_.data();
    z_ = RandomFloats(stream_, out_channels * pixels);
    // Single and double precision must agree on where the ReLU is open.
    for (size_t i = 0; i < z_.size(); ++i) {
      const size_t c = i / pixels;
      if (std::abs(scale_[c] * z_[i] + shift_[c]) < 1e-5f) z_[i] += 0.125f;
    }
    lanes_ = Floats(kBlock, 1.0f);
    lanes_[kBlock - 1] = 0;  // a lane without an image
  }

  std::vector<Expected> Want() const {
    const plain::Values input = plain::Sum(Input(), shape_.in_channels, Pixels());
    const plain::Values output = plain::Convolve(shape_, input, weights_.Doubles());
    const plain::Values dz = plain::NormaliseBackward(Gradient(), shape_.out_channels, Pixels());
    plain::Values weight_gradient(weights_.size(), 0.0);
    plain::ConvolveWeightGradient(shape_, dz, input, weight_gradient);
    return {{"output", output, kTileTolerance},
            {"sums", plain::Moments(output, shape_.out_channels), kTileTolerance},
            {"input gradient", plain::ConvolveInputGradient(shape_, dz, weights_.Doubles()),
             kTileTolerance},
            {"weight gradient", weight_gradient, kTileTolerance}};
  }

  std::vector<Floats> Run() const {
    const int ins = shape_.in_channels, outs = shape_.out_channels;
    const ConvolutionShape back = shape_.transposed();
    Floats packed = Packed(false), packed_back = Packed(true);
    Floats patches(PanelFloats(std::max(ins, outs))), products(patches.size());
    Floats tiles(PanelFloats(ins)), sums(TileSumFloats(shape_));
    Floats scratch(TransformScratchFloats());
    Floats output(size_t(outs) * Pixels() * kBlock),
        input_gradient(size_t(ins) * Pixels() * kBlock);
    Floats moments(size_t(outs) * 2 * kBlock, 0.0f), weight_gradient(weights_.size(), 0.0f);
    const auto halves = [](int count, auto phase) {
      phase(0, count / 2 / kTileChannels * kTileChannels);
      phase(count / 2 / kTileChannels * kTileChannels, count);
    };
    for (int panel = 0; panel < Panels(shape_); ++panel) {
      halves(ins, [&](int begin, int end) {
        TransformPatches({shape_, panel}, Input(), begin, end, patches.data(), scratch.data());
      });
      for (int point = 0; point < kTilePoints; ++point) {
        MultiplyPoint(ins, outs, point, packed.data(), patches.data(), products.data());
      }
      halves(outs, [&](int begin, int end) {
        TransformProducts({shape_, panel}, products.data(), begin, end, output.data(),
                          moments.data());
      });
    }
    for (int panel = 0; panel < Panels(shape_); ++panel) {
      halves(outs, [&](int begin, int end) {
        TransformGradientPatches({shape_, panel}, Gradient(), begin, end, patches.data(),
                                 scratch.data());
      });
      halves(ins, [&](int begin, int end) {
        TransformTiles({shape_, panel}, Input(), begin, end, tiles.data(), scratch.data());
      });
      for (int point = kTilePoints - 1; point >= 0; --point) {
        SumPoint(shape_, point, patches.data(), tiles.data(), panel == 0, sums.data());
        MultiplyPoint(outs, ins, point, packed_back.data(), patches.data(), products.data());
      }
      halves(ins, [&](int begin, int end) {
        TransformProducts({back, panel}, products.data(), begin, end, input_gradient.data(),
                          nullptr);
      });
    }
    halves(outs, [&](int begin, int end) {
      AddTileGradient(shape_, sums.data(), begin, end, weight_gradient.data());
    });
    for (const Floats* memory : {&packed, &packed_back, &patches, &products, &tiles, &sums,
                                 &scratch, &output, &input_gradient, &moments}) {
      EXPECT_TRUE(memory->GuardsHold());
    }
    std::vector<Floats> results;
    for (Floats* result : {&output, &moments, &input_gradient, &weight_gradient}) {
      results.push_back(std::move(*result));
    }
    return results;
  }

 private:
  int Pixels() const { return shape_.height * shape_.width; }
  SourceSum Input() const { return {sources_, 2}; }
  NormalisedGradient Gradient() const {
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
  Floats Packed(bool transposed) const {
    Floats packed(PackedTileFloats(shape_));
    const int outs = transposed ? shape_.in_channels : shape_.out_channels;
    PackTileWeights(shape_, weights_.data(), transposed, 0, 4, packed.data());
    PackTileWeights(shape_, weights_.data(), transposed, 4, outs, packed.data());
    return packed;
  }

  ConvolutionShape shape_;
  RandomStream stream_;
  Floats weights_;
  Floats first_{0}, second_{0}, in_scale_{0}, in_shift_{0};
  Floats scale_{0}, shift_{0}, mean_{0}, factor_{0}, mean_g_{0}, slope_{0};
  Floats gradient_{0}, z_{0}, lanes_{0};
  Source sources_[2];
  const float* gradient_pointer_ = nullptr;
};

TEST(Tiles, AreThePlainConvolution) {
  struct Case {
    int in_channels, out_channels, height, width;
  };
  // Sizes around the tiles of 4 pixels and the panels of 4 tiles.
  for (const Case& c : {Case{32, 32, 1, 1},
                        {32, 64, 4, 4},
                        {64, 32, 8, 8},
                        {32, 32, 5, 16},
                        {32, 96, 3, 17},
                        {64, 32, 7, 9},
                        {32, 32, 13, 6}}) {
    SCOPED_TRACE(fmt::format("{} to {} channels of {}x{}", c.in_channels, c.out_channels, c.height,
                             c.width));
    const TileLayer layer(c.in_channels, c.out_channels, c.height, c.width, 41);
    ExpectOnEveryTarget(layer.Want(), [&] { return layer.Run(); });
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace genet::kernels
