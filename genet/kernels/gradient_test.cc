// Convolution, batch normalisation and ReLU together, as training uses the kernels, against central
// differences of the same function in double precision: no formula of a gradient on the other side.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "genet/kernels/convolution.h"
#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

constexpr double kEpsilon = 1e-5;

// loss = sum of r max(0, gamma (z - mean) / sqrt(variance + epsilon) + beta) over the images there
// are, z = weights * (sum of the sources).
struct Problem {
  Problem(const ConvolutionShape& shape_, int images_, uint64_t seed)
      : shape(shape_), images(images_), stream(RandomKey(seed)) {
    const size_t inputs = size_t(shape.in_channels) * shape.height * shape.width * kBlock;
    plain_source = RandomFloats(stream, inputs);
    normalised_source = RandomFloats(stream, inputs);
    scale = RandomFloats(stream, shape.in_channels);
    shift = RandomFloats(stream, shape.in_channels);
    sources[0] = {plain_source.data(), nullptr, nullptr};
    sources[1] = {normalised_source.data(), scale.data(), shift.data()};
    weights = RandomFloats(
        stream, size_t(shape.out_channels) * shape.in_channels * shape.kernel * shape.kernel);
    gamma = RandomFloats(stream, shape.out_channels);
    beta = RandomFloats(stream, shape.out_channels);
    r = RandomFloats(stream, size_t(shape.out_channels) * pixels() * kBlock);
    for (size_t i = 0; i < r.size(); ++i) {
      if (static_cast<int>(i % kBlock) >= images) r[i] = 0;
    }
  }

  SourceSum input() const { return {sources, 2}; }
  int pixels() const { return shape.out_height() * shape.out_width(); }
  double values() const { return double(pixels()) * images; }  // that a channel's moments are of

  double Loss(const plain::Values& x, const plain::Values& w) const {
    const plain::Values z = plain::Convolve(shape, x, w);
    double loss = 0;
    for (int c = 0; c < shape.out_channels; ++c) {
      const size_t begin = size_t(c) * pixels() * kBlock, end = begin + pixels() * kBlock;
      const auto absent = [&](size_t i) { return static_cast<int>(i % kBlock) >= images; };
      double mean = 0, variance = 0;
      for (size_t i = begin; i < end; ++i) mean += absent(i) ? 0 : z[i] / values();
      for (size_t i = begin; i < end; ++i) {
        variance += absent(i) ? 0 : (z[i] - mean) * (z[i] - mean) / values();
      }
      for (size_t i = begin; i < end; ++i) {
        const double y = gamma[c] * (z[i] - mean) / std::sqrt(variance + kEpsilon) + beta[c];
        loss += double(r[i]) * std::max(0.0, y);
      }
    }
    return loss;
  }

  ConvolutionShape shape;
  int images;
  RandomStream stream;
  Floats plain_source{0}, normalised_source{0}, scale{0}, shift{0};
  Source sources[2];
  Floats weights{0}, gamma{0}, beta{0}, r{0};
};

struct Gradients {
  Floats weights, input;
};

// By the kernels of the selected target, in the steps of a training.
Gradients KernelGradients(const ConvolutionAlgorithm& algorithm, const Problem& problem) {
  ThreadTeam team(1);
  const ConvolutionShape& shape = problem.shape;
  const int channels = shape.out_channels;
  const ConvolutionSizes sizes = algorithm.sizes(shape, team.size());
  Floats packed(sizes.packed), packed_back(sizes.packed_transposed), scratch(sizes.scratch);
  algorithm.pack(shape, problem.weights.data(), false, packed.data(), team);
  algorithm.pack(shape, problem.weights.data(), true, packed_back.data(), team);
  Floats sums(size_t(channels) * 2 * kBlock);
  Floats z(problem.r.size());
  algorithm.forward({.shape = shape,
                     .input = problem.input(),
                     .packed_weights = packed.data(),
                     .output = z.data(),
                     .sums = sums.data(),
                     .scratch = scratch.data()},
                    team);

  // The sum over the images there are of channel c's first (0) or second (1) sums.
  const auto total = [&](int c, int which) {
    double sum = 0;
    for (int i = 0; i < problem.images; ++i) sum += sums[(c * 2 + which) * kBlock + i];
    return sum;
  };
  Floats scale(channels), shift(channels), mean(channels), mean_g(channels), slope(channels);
  std::vector<double> inverse(channels);
  const double n = problem.values();
  for (int c = 0; c < channels; ++c) {
    const double average = total(c, 0) / n, variance = total(c, 1) / n - average * average;
    inverse[c] = 1 / std::sqrt(variance + kEpsilon);
    mean[c] = static_cast<float>(average);
    scale[c] = static_cast<float>(problem.gamma[c] * inverse[c]);
    shift[c] = static_cast<float>(problem.beta[c] - average * problem.gamma[c] * inverse[c]);
  }
  Floats lanes(kBlock, 0.0f);
  std::fill_n(lanes.data(), problem.images, 1.0f);
  const float* gradients[] = {problem.r.data()};
  const NormalisedGradient gradient{.gradients = gradients,
                                    .count = 1,
                                    .z = z.data(),
                                    .scale = scale.data(),
                                    .shift = shift.data(),
                                    .mean = mean.data(),
                                    .factor = scale.data(),
                                    .mean_g = mean_g.data(),
                                    .slope = slope.data(),
                                    .lanes = lanes.data()};
  NormalisationSums(gradient, 0, channels, problem.pixels(), sums.data());
  for (int c = 0; c < channels; ++c) {
    mean_g[c] = static_cast<float>(total(c, 0) / n);
    slope[c] = static_cast<float>(total(c, 1) / n * inverse[c] * inverse[c]);
  }
  Floats weight_sums(sizes.weight_sums);
  Gradients result{Floats(problem.weights.size()), Floats(problem.plain_source.size())};
  algorithm.backward({.shape = shape,
                      .input = problem.input(),
                      .output = gradient,
                      .packed_transposed_weights = packed_back.data(),
                      .input_gradient = result.input.data(),
                      .weight_sums = weight_sums.data(),
                      .first = true,
                      .scratch = scratch.data()},
                     team);
  algorithm.reduce(shape, weight_sums.data(), result.weights.data(), team);
  return result;
}

// Where and how large the central differences of `loss` in some values of x are.
struct Differences {
  template <class Loss>
  Differences(plain::Values& x, RandomStream& stream, Loss loss) {
    constexpr double kStep = 1e-5;
    for (int n = 0; n < 24; ++n) {
      const size_t i = stream.Below(x.size());
      const double value = x[i];
      x[i] = value + kStep;
      const double above = loss();
      x[i] = value - kStep;
      const double below = loss();
      x[i] = value;
      at.push_back(i);
      values.push_back((above - below) / (2 * kStep));
    }
  }
  double ErrorOf(const Floats& gradient) const {
    Floats chosen(at.size());
    for (size_t i = 0; i < at.size(); ++i) chosen[i] = gradient[at[i]];
    return RelativeError(chosen, values);
  }
  std::vector<size_t> at;
  plain::Values values;
};

// Statistics, their two gradients and the products each add errors of single precision; central
// differences are good to 1e-8.
constexpr double kDifferenceTolerance = 1e-5;

TEST(Gradients, AreTheCentralDifferencesOfConvolutionNormalisationAndRelu) {
  const struct {
    ConvolutionShape shape;
    int images;
  } kProblems[] = {
      {{3, 5, 6, 7, 3, 1}, 16},  {{4, 4, 5, 9, 3, 1}, 5},   {{2, 9, 8, 8, 5, 0}, 16},
      {{5, 3, 6, 9, 5, 2}, 11},  {{2, 2, 9, 8, 7, 3}, 16},  {{8, 8, 3, 4, 1, 0}, 3},
      {{1, 1, 4, 33, 3, 1}, 16}, {{32, 32, 5, 6, 3, 1}, 7},
  };
  uint64_t seed = 11;
  double largest = 0;
  for (const auto& [shape, images] : kProblems) {
    Problem problem(shape, images, ++seed);
    SCOPED_TRACE(fmt::format("{} to {} channels of {}x{}, kernel {}, {} images", shape.in_channels,
                             shape.out_channels, shape.height, shape.width, shape.kernel, images));
    plain::Values x = plain::Sum(problem.input(), shape.in_channels, shape.height * shape.width);
    plain::Values w = problem.weights.Doubles();
    const auto loss = [&] { return problem.Loss(x, w); };
    const Differences of_weights(w, problem.stream, loss);
    const Differences of_input(x, problem.stream, loss);
    for (const ConvolutionAlgorithm* algorithm : ConvolutionAlgorithms()) {
      if (!algorithm->serves(shape)) continue;
      SCOPED_TRACE(algorithm->name);
      ForEachTarget([&](const std::string&) {
        const Gradients got = KernelGradients(*algorithm, problem);
        for (const double error : {of_weights.ErrorOf(got.weights), of_input.ErrorOf(got.input)}) {
          EXPECT_TRUE(error <= kDifferenceTolerance) << error;
          largest = std::max(largest, error);
        }
      });
    }
  }
  fmt::print("largest error: {:.1e}\n", largest);
}

}  // namespace
}  // namespace genet::kernels
