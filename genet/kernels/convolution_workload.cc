#include "genet/kernels/convolution_workload.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "genet/kernels/completed_workload.h"

namespace genet::kernels {
namespace {

constexpr int kWidths[] = {1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 32, 33};
constexpr int kChannels[] = {1, 3, 4, 5, 8, 9, 16, 17};
constexpr int kHeights[] = {1, 2, 3, 4, 5, 7, 9, 17};

// The n-th case of a walk in which every width meets every shape of kernel, and in which channels,
// heights, sources and images take all their values at different paces.
ConvolutionCase MakeCase(int n, int width, int kernel, int padding) {
  ConvolutionCase test;
  test.shape = {.in_channels = kChannels[n % 8],
                .out_channels = kChannels[(n * 3 + n / 8) % 8],
                .height = std::max(kHeights[(n * 5 + n / 13) % 8], kernel - 2 * padding),
                .width = width,
                .kernel = kernel,
                .padding = padding};
  test.sources = 1 + n % 3;
  test.normalised = n / 3 % 8;
  test.gradients = 1 + n / 2 % 3;
  test.images = n % 4 == 0 ? 16 : 1 + n * 5 % 16;
  test.blocks = n % 5 == 0 ? 2 : 1;
  test.input_gradient = n % 7 != 6;
  return test;
}

template <class... Parts>
std::vector<Floats> Together(Parts... parts) {
  std::vector<Floats> all;
  (all.push_back(std::move(parts)), ...);
  return all;
}

}  // namespace

std::string ConvolutionCase::text() const {
  return fmt::format(
      "{} channels of {}x{} to {}, kernel {}, padding {}, {} sources (normalised {:03b}), "
      "{} gradients, {} images, {} blocks{}",
      shape.in_channels, shape.height, shape.width, shape.out_channels, shape.kernel, shape.padding,
      sources, normalised, gradients, images, blocks, input_gradient ? "" : ", no input gradient");
}

std::vector<ConvolutionCase> DirectCases() {
  std::vector<ConvolutionCase> cases;
  for (const int width : kWidths) {
    for (const int kernel : {1, 3, 5, 7}) {
      for (const int padding : {0, kernel / 2}) {
        if (kernel == 1 && !cases.empty() && cases.back().shape.kernel == 1) continue;
        if (width + 2 * padding < kernel) continue;
        cases.push_back(MakeCase(static_cast<int>(cases.size()), width, kernel, padding));
      }
    }
  }
  // Paddings that neither keep the size nor are 0.
  for (const int width : {1, 4, 9, 17}) {
    for (const auto& [kernel, padding] :
         {std::pair{3, 2}, std::pair{5, 1}, std::pair{5, 4}, std::pair{7, 2}}) {
      if (width + 2 * padding < kernel) continue;
      cases.push_back(MakeCase(static_cast<int>(cases.size()), width, kernel, padding));
    }
  }
  return cases;
}

std::vector<ConvolutionCase> WinogradCases() {
  std::vector<ConvolutionCase> cases;
  for (int round = 0; round < 6; ++round) {
    for (const int width : kWidths) {
      cases.push_back(MakeCase(static_cast<int>(cases.size()), width, 3, 1));
    }
  }
  return cases;
}

std::vector<ConvolutionCase> WideCases() {
  std::vector<ConvolutionCase> cases;
  for (const ConvolutionShape& shape : {ConvolutionShape{32, 32, 1, 1},
                                        {32, 64, 4, 4},
                                        {64, 32, 8, 8},
                                        {32, 32, 5, 16},
                                        {32, 96, 3, 17},
                                        {64, 32, 7, 9},
                                        {32, 32, 13, 6}}) {
    const int n = static_cast<int>(cases.size());
    cases.push_back({.shape = shape,
                     .sources = 1 + n % 3,
                     .normalised = n * 3u % 8,
                     .gradients = 1 + n % 2,
                     .images = n % 3 == 0 ? 16 : 1 + n * 5 % 16,
                     .blocks = 1 + n % 2,
                     .input_gradient = n % 7 != 5});
  }
  return cases;
}

ConvolutionWorkload::Block::Block(const ConvolutionCase& test, RandomStream& stream)
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

ConvolutionWorkload::ConvolutionWorkload(const ConvolutionCase& test, uint64_t seed)
    : test_(test), stream_(RandomKey(seed)) {
  for (int b = 0; b < test.blocks; ++b) blocks_.push_back(std::make_unique<Block>(test, stream_));
  weights_ = RandomFloats(stream_, size_t(shape().out_channels) * shape().in_channels *
                                       shape().kernel * shape().kernel);
  for (Floats* part : {&scale_, &shift_, &mean_, &factor_, &mean_g_, &slope_}) {
    *part = RandomFloats(stream_, shape().out_channels);
  }
  lanes_ = Floats(kBlock, 0.0f);
  std::fill_n(lanes_.data(), test.images, 1.0f);
  KeepReluAwayFromItsKink();
}

// Single and double precision must agree on where the ReLU is open.
void ConvolutionWorkload::KeepReluAwayFromItsKink() {
  const size_t plane = size_t(output_pixels()) * kBlock;
  for (auto& block : blocks_) {
    for (size_t i = 0; i < block->z.size(); ++i) {
      const size_t c = i / plane;
      if (std::abs(scale_[c] * block->z[i] + shift_[c]) < 1e-5f) block->z[i] += 0.125f;
    }
  }
}

NormalisedGradient ConvolutionWorkload::Gradient(const Block& block) const {
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

std::vector<Floats> ConvolutionWorkload::RunForward(const ConvolutionAlgorithm& algorithm,
                                                    int threads) const {
  ThreadTeam team(threads);
  const ConvolutionSizes sizes = algorithm.sizes(shape(), threads);
  Floats packed(sizes.packed), scratch(sizes.scratch);
  algorithm.pack(shape(), weights_.data(), false, packed.data(), team);
  Floats output(size_t(shape().out_channels) * output_pixels() * kBlock);
  Floats moments(size_t(shape().out_channels) * 2 * kBlock);
  ConvolutionForward args{.shape = shape(),
                          .input = blocks_[0]->input(),
                          .packed_weights = packed.data(),
                          .output = output.data(),
                          .sums = moments.data(),
                          .scratch = scratch.data()};
  algorithm.forward(args, team);
  GENET_CHECK(packed.GuardsHold() && scratch.GuardsHold() && moments.GuardsHold(), "{}",
              test_.text());

  // The same without sums, into scratch that another call has used.
  Floats again(output.size());
  args.output = again.data();
  args.sums = nullptr;
  algorithm.forward(args, team);
  GENET_CHECK(std::memcmp(output.data(), again.data(), output.size() * sizeof(float)) == 0, "{}",
              test_.text());

  Floats sums(moments.size() / 2), squares(moments.size() / 2);
  for (size_t i = 0; i < moments.size(); ++i) {
    const size_t at = i / (2 * kBlock) * kBlock + i % kBlock;
    (i / kBlock % 2 == 0 ? sums : squares)[at] = moments[i];
  }
  return Together(std::move(output), std::move(sums), std::move(squares));
}

std::vector<Floats> ConvolutionWorkload::RunBackward(const ConvolutionAlgorithm& algorithm,
                                                     int threads) const {
  ThreadTeam team(threads);
  const ConvolutionSizes sizes = algorithm.sizes(shape(), threads);
  const int pixels = shape().height * shape().width;
  Floats packed(sizes.packed_transposed);
  algorithm.pack(shape(), weights_.data(), true, packed.data(), team);
  Floats weight_sums(sizes.weight_sums), gradient(weights_.size());
  std::vector<float> input_gradients;
  for (const auto& block : blocks_) {
    Floats scratch(sizes.scratch);
    Floats input_gradient(test_.input_gradient ? size_t(shape().in_channels) * pixels * kBlock : 0);
    RandomStream stream(RandomKey(7));
    const CompletedWorkload completed(stream, shape().in_channels, pixels, input_gradient.data(),
                                      test_.gradients == 1);
    const bool completes = test_.input_gradient && algorithm.completes_sums;
    algorithm.backward({.shape = shape(),
                        .input = block->input(),
                        .output = Gradient(*block),
                        .packed_transposed_weights = packed.data(),
                        .input_gradient = test_.input_gradient ? input_gradient.data() : nullptr,
                        .weight_sums = weight_sums.data(),
                        .first = block == blocks_.front(),
                        .scratch = scratch.data(),
                        .completed = completes ? completed.view() : CompletedGradients{}},
                       team);
    GENET_CHECK(!completes || completed.SumsHold(), "{}", test_.text());
    GENET_CHECK(scratch.GuardsHold() && input_gradient.GuardsHold(), "{}", test_.text());
    input_gradients.insert(input_gradients.end(), input_gradient.data(),
                           input_gradient.data() + input_gradient.size());
  }
  GENET_CHECK(packed.GuardsHold() && weight_sums.GuardsHold(), "{}", test_.text());
  algorithm.reduce(shape(), weight_sums.data(), gradient.data(), team);
  return Together(std::move(gradient), Floats(input_gradients));
}

std::vector<Floats> ConvolutionWorkload::RunSums() const {
  Floats sums(size_t(shape().out_channels) * 2 * kBlock);
  NormalisedGradient gradient = Gradient(*blocks_[0]);
  gradient.factor = gradient.mean_g = gradient.slope = gradient.lanes = nullptr;  // not read
  const int half = shape().out_channels / 2;
  NormalisationSums(gradient, 0, half, output_pixels(), sums.data());
  NormalisationSums(gradient, half, shape().out_channels, output_pixels(), sums.data());
  return Together(std::move(sums));
}

}  // namespace genet::kernels
