#include "genet/kernels/convolution.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <memory>

#include "genet/kernels/completed_for_test.h"
#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

// Winograd's transforms add and subtract before and after the products.
constexpr double kWinogradErrorRatio = 5;

// Widths and channels around the edges of tiles (2 columns, Winograd 4; 4 or 8 channels) and of the
// vectors of every target.
constexpr int kWidths[] = {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 32, 33};
constexpr int kChannels[] = {1, 3, 4, 5, 8, 9, 16, 17};
constexpr int kHeights[] = {1, 2, 3, 4, 5, 7, 9, 17};

struct ConvolutionCase {
  ConvolutionShape shape;
  int sources = 1;
  unsigned normalised = 0;  // bit s: source s has a scale and a shift
  int gradients = 1;
  int images = 16;
  int blocks = 1;
  bool input_gradient = true;

  std::string text() const {
    return fmt::format(
        "{} channels of {}x{} to {}, kernel {}, padding {}{}, {} sources (normalised {:03b}), "
        "{} gradients, {} images, {} blocks{}",
        shape.in_channels, shape.height, shape.width, shape.out_channels, shape.kernel,
        shape.padding, shape.winograd ? ", Winograd" : "", sources, normalised, gradients, images,
        blocks, input_gradient ? "" : ", no input gradient");
  }
};

// The n-th case of a walk in which every width meets every shape of kernel, and in which channels,
// heights, sources and images take all their values at different paces.
ConvolutionCase MakeCase(int n, int width, int kernel, int padding, bool winograd) {
  ConvolutionCase test;
  test.shape = {.in_channels = kChannels[n % 8],
                .out_channels = kChannels[(n * 3 + n / 8) % 8],
                .height = std::max(kHeights[(n * 5 + n / 13) % 8], kernel - 2 * padding),
                .width = width,
                .kernel = kernel,
                .padding = padding,
                .winograd = winograd};
  test.sources = 1 + n % 3;
  test.normalised = n / 3 % 8;
  test.gradients = 1 + n / 2 % 3;
  test.images = n % 4 == 0 ? 16 : 1 + n * 5 % 16;
  test.blocks = n % 5 == 0 ? 2 : 1;
  test.input_gradient = n % 7 != 6;
  return test;
}

std::vector<ConvolutionCase> DirectCases() {
  std::vector<ConvolutionCase> cases;
  for (const int width : kWidths) {
    for (const int kernel : {1, 3, 5, 7}) {
      for (const int padding : {0, kernel / 2}) {
        if (kernel == 1 && !cases.empty() && cases.back().shape.kernel == 1) continue;
        if (width + 2 * padding < kernel) continue;
        cases.push_back(MakeCase(static_cast<int>(cases.size()), width, kernel, padding, false));
      }
    }
  }
  // Paddings that neither keep the size nor are 0.
  for (const int width : {1, 4, 9, 17}) {
    for (const auto& [kernel, padding] :
         {std::pair{3, 2}, std::pair{5, 1}, std::pair{5, 4}, std::pair{7, 2}}) {
      if (width + 2 * padding < kernel) continue;
      cases.push_back(MakeCase(static_cast<int>(cases.size()), width, kernel, padding, false));
    }
  }
  return cases;
}

std::vector<ConvolutionCase> WinogradCases() {
  std::vector<ConvolutionCase> cases;
  for (int round = 0; round < 6; ++round) {
    for (const int width : kWidths) {
      cases.push_back(MakeCase(static_cast<int>(cases.size()), width, 3, 1, true));
    }
  }
  return cases;
}

// One block's activations and gradients. Kept where it is: the views point into it.
struct Block {
  Block(const ConvolutionCase& test, RandomStream& stream)
      : scale(RandomFloats(stream, 3 * test.shape.in_channels)),
        shift(RandomFloats(stream, 3 * test.shape.in_channels)),
        z(0) {
    const ConvolutionShape& shape = test.shape;
    for (int s = 0; s < test.sources; ++s) {
      values.push_back(
          RandomFloats(stream, size_t(shape.in_channels) * shape.height * shape.width * kBlock));
      Source source{values.back().data(), nullptr, nullptr};
      if (test.normalised >> s & 1) {
        source.scale = scale.data() + s * shape.in_channels;
        source.shift = shift.data() + s * shape.in_channels;
      }
      sources.push_back(source);
    }
    const size_t outputs =
        size_t(shape.out_channels) * shape.out_height() * shape.out_width() * kBlock;
    for (int s = 0; s < test.gradients; ++s) {
      gradients.push_back(RandomFloats(stream, outputs));
      gradient_pointers.push_back(gradients.back().data());
    }
    z = RandomFloats(stream, outputs);
  }
  Block(const Block&) = delete;

  SourceSum input() const { return {sources.data(), static_cast<int>(sources.size())}; }

  std::vector<Floats> values, gradients;
  Floats scale, shift;
  std::vector<Source> sources;
  std::vector<const float*> gradient_pointers;
  Floats z;
};

// A case's data, its plain results, and the kernels' results on the selected target.
class Convolution {
 public:
  Convolution(const ConvolutionCase& test, uint64_t seed) : test_(test), stream_(RandomKey(seed)) {
    const ConvolutionShape& shape = test.shape;
    for (int b = 0; b < test.blocks; ++b) blocks_.push_back(std::make_unique<Block>(test, stream_));
    weights_ = RandomFloats(
        stream_, size_t(shape.out_channels) * shape.in_channels * shape.kernel * shape.kernel);
    for (Floats* part : {&scale_, &shift_, &mean_, &factor_, &mean_g_, &slope_}) {
      *part = RandomFloats(stream_, shape.out_channels);
    }
    lanes_ = Floats(kBlock, 0.0f);
    std::fill_n(lanes_.data(), test.images, 1.0f);
    // Single and double precision must agree on where the ReLU is open.
    const size_t plane = size_t(shape.out_height()) * shape.out_width() * kBlock;
    for (auto& block : blocks_) {
      for (size_t i = 0; i < block->z.size(); ++i) {
        const size_t c = i / plane;
        if (std::abs(scale_[c] * block->z[i] + shift_[c]) < 1e-5f) block->z[i] += 0.125f;
      }
    }
  }

  const ConvolutionShape& shape() const { return test_.shape; }

  NormalisedGradient Gradient(const Block& block) const {
    return {.gradients = block.gradient_pointers.data(),
            .count = test_.gradients,
            .z = block.z.data(),
            .scale = scale_.data(),
            .shift = shift_.data(),
            .mean = mean_.data(),
            .factor = factor_.data(),
            .mean_g = mean_g_.data(),
            .slope = slope_.data(),
            .lanes = lanes_.data()};
  }

  std::vector<Expected> ExpectedForward(double tolerance) const {
    const plain::Values input = Input(*blocks_[0]);
    const plain::Values output = plain::Convolve(shape(), input, weights_.Doubles());
    plain::Values sums, squares;
    const plain::Values moments = plain::Moments(output, shape().out_channels);
    for (size_t i = 0; i < moments.size(); ++i) {
      (i / kBlock % 2 == 0 ? sums : squares).push_back(moments[i]);
    }
    return {{"output", output, tolerance},
            {"sums of outputs", sums, tolerance},
            {"sums of squares", squares, tolerance}};
  }

  std::vector<Floats> RunForward(bool winograd) const {
    ConvolutionShape shape = test_.shape;
    shape.winograd = winograd;
    Floats packed(PackedWeightFloats(shape)), scratch(ConvolutionScratchFloats(shape));
    PackWeights(shape, weights_.data(), packed.data());
    Floats output(size_t(shape.out_channels) * OutputPixels() * kBlock);
    Floats moments(size_t(shape.out_channels) * 2 * kBlock);
    ConvolutionForward args{.shape = shape,
                            .input = blocks_[0]->input(),
                            .packed_weights = packed.data(),
                            .output = output.data(),
                            .sums = moments.data(),
                            .scratch = scratch.data()};
    Forward(args);
    EXPECT_TRUE(packed.GuardsHold() && scratch.GuardsHold() && moments.GuardsHold());

    // The same without sums, into scratch that another call has used.
    Floats again(output.size());
    args.output = again.data();
    args.sums = nullptr;
    Forward(args);
    EXPECT_EQ(0, std::memcmp(output.data(), again.data(), output.size() * sizeof(float)));

    Floats sums(moments.size() / 2), squares(moments.size() / 2);
    for (size_t i = 0; i < moments.size(); ++i) {
      const size_t at = i / (2 * kBlock) * kBlock + i % kBlock;
      (i / kBlock % 2 == 0 ? sums : squares)[at] = moments[i];
    }
    return Together(std::move(output), std::move(sums), std::move(squares));
  }

  std::vector<Expected> ExpectedBackward(double tolerance) const {
    plain::Values weight_gradient(weights_.size(), 0.0), input_gradients;
    for (const auto& block : blocks_) {
      const plain::Values dz =
          plain::NormaliseBackward(Gradient(*block), shape().out_channels, OutputPixels());
      plain::ConvolveWeightGradient(shape(), dz, Input(*block), weight_gradient);
      if (!test_.input_gradient) continue;
      const plain::Values dx = plain::ConvolveInputGradient(shape(), dz, weights_.Doubles());
      input_gradients.insert(input_gradients.end(), dx.begin(), dx.end());
    }
    return {{"weight gradient", weight_gradient, tolerance},
            {"input gradient", input_gradients, tolerance}};
  }

  std::vector<Floats> RunBackward(bool winograd) const {
    ConvolutionShape shape = test_.shape;
    shape.winograd = winograd;
    Floats packed(PackedWeightFloats(shape.transposed()));
    PackTransposedWeights(shape, weights_.data(), packed.data());
    Floats weight_sums(WeightSumFloats(shape)), gradient(weights_.size());
    std::vector<float> input_gradients;
    for (const auto& block : blocks_) {
      Floats scratch(ConvolutionScratchFloats(shape));
      Floats input_gradient(test_.input_gradient ? InputFloats() : 0);
      RandomStream stream(RandomKey(7));
      const CompletedForTest completed(stream, shape.in_channels, shape.height * shape.width,
                                       input_gradient.data(), test_.gradients == 1);
      Backward({.shape = shape,
                .input = block->input(),
                .output = Gradient(*block),
                .packed_transposed_weights = packed.data(),
                .input_gradient = test_.input_gradient ? input_gradient.data() : nullptr,
                .weight_sums = weight_sums.data(),
                .first = block == blocks_.front(),
                .scratch = scratch.data(),
                .completed = test_.input_gradient ? completed.view() : CompletedGradients{}});
      if (test_.input_gradient) completed.ExpectTheSums();
      EXPECT_TRUE(scratch.GuardsHold() && input_gradient.GuardsHold());
      input_gradients.insert(input_gradients.end(), input_gradient.data(),
                             input_gradient.data() + input_gradient.size());
    }
    EXPECT_TRUE(packed.GuardsHold() && weight_sums.GuardsHold());
    ReduceWeightGradient(shape, weight_sums.data(), gradient.data());
    return Together(std::move(gradient), Floats(input_gradients));
  }

  std::vector<Expected> ExpectedSums() const {
    return {{"normalisation sums",
             plain::NormalisationSums(Gradient(*blocks_[0]), shape().out_channels, OutputPixels()),
             kTolerance}};
  }

  std::vector<Floats> RunSums() const {
    Floats sums(size_t(shape().out_channels) * 2 * kBlock);
    NormalisedGradient gradient = Gradient(*blocks_[0]);
    gradient.factor = gradient.mean_g = gradient.slope = gradient.lanes = nullptr;  // not read
    const int half = shape().out_channels / 2;
    NormalisationSums(gradient, 0, half, OutputPixels(), sums.data());
    NormalisationSums(gradient, half, shape().out_channels, OutputPixels(), sums.data());
    return Together(std::move(sums));
  }

 private:
  template <class... Parts>
  static std::vector<Floats> Together(Parts... parts) {
    std::vector<Floats> all;
    (all.push_back(std::move(parts)), ...);
    return all;
  }
  int OutputPixels() const { return shape().out_height() * shape().out_width(); }
  size_t InputFloats() const {
    return size_t(shape().in_channels) * shape().height * shape().width * kBlock;
  }
  plain::Values Input(const Block& block) const {
    return plain::Sum(block.input(), shape().in_channels, shape().height * shape().width);
  }

  ConvolutionCase test_;
  RandomStream stream_;
  std::vector<std::unique_ptr<Block>> blocks_;
  Floats weights_{0}, scale_{0}, shift_{0}, mean_{0}, factor_{0}, mean_g_{0}, slope_{0}, lanes_{0};
};

// The largest error of each array over the cases.
void KeepLargest(const std::vector<double>& errors, std::vector<double>& largest) {
  largest.resize(errors.size());
  for (size_t i = 0; i < errors.size(); ++i) largest[i] = std::max(largest[i], errors[i]);
}

TEST(DirectConvolution, ForwardIsThePlainSumOfProducts) {
  std::vector<double> largest;
  for (const ConvolutionCase& test : DirectCases()) {
    SCOPED_TRACE(test.text());
    const Convolution convolution(test, 1);
    KeepLargest(ExpectOnEveryTarget(convolution.ExpectedForward(kTolerance),
                                    [&] { return convolution.RunForward(false); }),
                largest);
    if (HasFailure()) return;
  }
  fmt::print("largest errors: output {:.1e}, sums {:.1e}, squares {:.1e}\n", largest[0], largest[1],
             largest[2]);
}

TEST(DirectConvolution, BackwardGivesThePlainGradients) {
  std::vector<double> largest;
  for (const ConvolutionCase& test : DirectCases()) {
    SCOPED_TRACE(test.text());
    const Convolution convolution(test, 2);
    KeepLargest(ExpectOnEveryTarget(convolution.ExpectedBackward(kTolerance),
                                    [&] { return convolution.RunBackward(false); }),
                largest);
    if (HasFailure()) return;
  }
  fmt::print("largest errors: weights {:.1e}, input {:.1e}\n", largest[0], largest[1]);
}

// Errors of Winograd over those of the direct kernel, both against the plain result.
struct ErrorRatios {
  void Add(const std::vector<double>& winograd, const std::vector<double>& direct) {
    winograd_sum.resize(winograd.size());
    direct_sum.resize(winograd.size());
    for (size_t i = 0; i < winograd.size(); ++i) {
      winograd_sum[i] += winograd[i];
      direct_sum[i] += direct[i];
    }
  }
  double at(size_t i) const { return winograd_sum[i] / direct_sum[i]; }
  std::vector<double> winograd_sum, direct_sum;
};

TEST(WinogradConvolution, ForwardErrsAtMostFiveTimesAsMuchAsDirect) {
  ErrorRatios ratios;
  for (const ConvolutionCase& test : WinogradCases()) {
    SCOPED_TRACE(test.text());
    const Convolution convolution(test, 3);
    const auto winograd =
        ExpectOnEveryTarget(convolution.ExpectedForward(kWinogradErrorRatio * kTolerance),
                            [&] { return convolution.RunForward(true); });
    const auto direct = ExpectOnEveryTarget(convolution.ExpectedForward(kTolerance),
                                            [&] { return convolution.RunForward(false); });
    if (HasFailure()) return;
    ratios.Add(winograd, direct);
  }
  fmt::print("mean error, Winograd over direct: output {:.2f}, sums {:.2f}, squares {:.2f}\n",
             ratios.at(0), ratios.at(1), ratios.at(2));
  for (size_t i = 0; i < 3; ++i) EXPECT_LE(ratios.at(i), kWinogradErrorRatio) << i;
}

TEST(WinogradConvolution, BackwardErrsAtMostFiveTimesAsMuchAsDirect) {
  ErrorRatios ratios;
  for (const ConvolutionCase& test : WinogradCases()) {
    SCOPED_TRACE(test.text());
    const Convolution convolution(test, 4);
    const auto winograd =
        ExpectOnEveryTarget(convolution.ExpectedBackward(kWinogradErrorRatio * kTolerance),
                            [&] { return convolution.RunBackward(true); });
    const auto direct = ExpectOnEveryTarget(convolution.ExpectedBackward(kTolerance),
                                            [&] { return convolution.RunBackward(false); });
    if (HasFailure()) return;
    ratios.Add(winograd, direct);
  }
  fmt::print("mean error, Winograd over direct: weights {:.2f}, input {:.2f}\n", ratios.at(0),
             ratios.at(1));
  for (size_t i = 0; i < 2; ++i) EXPECT_LE(ratios.at(i), kWinogradErrorRatio) << i;
}

TEST(Normalisation, SumsAreThePlainSums) {
  for (const ConvolutionCase& test : DirectCases()) {
    SCOPED_TRACE(test.text());
    const Convolution convolution(test, 5);
    ExpectOnEveryTarget(convolution.ExpectedSums(), [&] { return convolution.RunSums(); });
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace genet::kernels
