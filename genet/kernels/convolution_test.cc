#include "genet/kernels/convolution.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "genet/kernels/convolution_workload.h"
#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

// Winograd's transforms add and subtract before and after the products.
constexpr double kWinogradErrorRatio = 5;

plain::Values Input(const ConvolutionWorkload& workload, const ConvolutionWorkload::Block& block) {
  const ConvolutionShape& shape = workload.shape();
  return plain::Sum(block.input(), shape.in_channels, shape.height * shape.width);
}

std::vector<Expected> ExpectedForward(const ConvolutionWorkload& workload, double tolerance) {
  const plain::Values output = plain::Convolve(
      workload.shape(), Input(workload, *workload.blocks()[0]), workload.weights().Doubles());
  plain::Values sums, squares;
  const plain::Values moments = plain::Moments(output, workload.shape().out_channels);
  for (size_t i = 0; i < moments.size(); ++i) {
    (i / kBlock % 2 == 0 ? sums : squares).push_back(moments[i]);
  }
  return {{"output", output, tolerance},
          {"sums of outputs", sums, tolerance},
          {"sums of squares", squares, tolerance}};
}

std::vector<Expected> ExpectedBackward(const ConvolutionWorkload& workload, double tolerance) {
  const ConvolutionShape& shape = workload.shape();
  plain::Values weight_gradient(workload.weights().size(), 0.0), input_gradients;
  for (const auto& block : workload.blocks()) {
    const plain::Values dz = plain::NormaliseBackward(workload.Gradient(*block), shape.out_channels,
                                                      workload.output_pixels());
    plain::ConvolveWeightGradient(shape, dz, Input(workload, *block), weight_gradient);
    if (!workload.test().input_gradient) continue;
    const plain::Values dx = plain::ConvolveInputGradient(shape, dz, workload.weights().Doubles());
    input_gradients.insert(input_gradients.end(), dx.begin(), dx.end());
  }
  return {{"weight gradient", weight_gradient, tolerance},
          {"input gradient", input_gradients, tolerance}};
}

std::vector<Expected> ExpectedSums(const ConvolutionWorkload& workload) {
  return {{"normalisation sums",
           plain::NormalisationSums(workload.Gradient(*workload.blocks()[0]),
                                    workload.shape().out_channels, workload.output_pixels()),
           kTolerance}};
}

// The largest error of each array over the cases.
void KeepLargest(const std::vector<double>& errors, std::vector<double>& largest) {
  largest.resize(errors.size());
  for (size_t i = 0; i < errors.size(); ++i) largest[i] = std::max(largest[i], errors[i]);
}

TEST(DirectConvolution, ForwardIsThePlainSumOfProducts) {
  std::vector<double> largest;
  for (const ConvolutionCase& test : DirectCases()) {
    SCOPED_TRACE(test.text());
    const ConvolutionWorkload workload(test, 1);
    KeepLargest(ExpectOnEveryTarget(ExpectedForward(workload, kTolerance),
                                    [&] { return workload.RunForward(false); }),
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
    const ConvolutionWorkload workload(test, 2);
    KeepLargest(ExpectOnEveryTarget(ExpectedBackward(workload, kTolerance),
                                    [&] { return workload.RunBackward(false); }),
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
    const ConvolutionWorkload workload(test, 3);
    const auto winograd =
        ExpectOnEveryTarget(ExpectedForward(workload, kWinogradErrorRatio * kTolerance),
                            [&] { return workload.RunForward(true); });
    const auto direct = ExpectOnEveryTarget(ExpectedForward(workload, kTolerance),
                                            [&] { return workload.RunForward(false); });
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
    const ConvolutionWorkload workload(test, 4);
    const auto winograd =
        ExpectOnEveryTarget(ExpectedBackward(workload, kWinogradErrorRatio * kTolerance),
                            [&] { return workload.RunBackward(true); });
    const auto direct = ExpectOnEveryTarget(ExpectedBackward(workload, kTolerance),
                                            [&] { return workload.RunBackward(false); });
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
    const ConvolutionWorkload workload(test, 5);
    ExpectOnEveryTarget(ExpectedSums(workload), [&] { return workload.RunSums(); });
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace genet::kernels
