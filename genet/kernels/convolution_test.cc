#include "genet/kernels/convolution.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <map>

#include "genet/kernels/convolution_algorithms.h"
#include "genet/kernels/convolution_workload.h"
#include "genet/kernels/plain_for_test.h"
#include "genet/kernels/targets_for_test.h"

namespace genet::kernels {
namespace {

// Winograd's transforms add and subtract before and after the products.
constexpr double kErrorRatio = 5;

std::vector<ConvolutionCase> AllCases() {
  std::vector<ConvolutionCase> cases;
  for (const auto& some : {DirectCases(), WinogradCases(), WideCases()}) {
    cases.insert(cases.end(), some.begin(), some.end());
  }
  return cases;
}

plain::Values Input(const ConvolutionWorkload& workload, const ConvolutionWorkload::Block& block) {
  const ConvolutionShape& shape = workload.shape();
  return plain::Sum(block.input(), shape.in_channels, shape.height * shape.width);
}

std::vector<Expected> ExpectedForward(const ConvolutionWorkload& workload) {
  const plain::Values output = plain::Convolve(
      workload.shape(), Input(workload, *workload.blocks()[0]), workload.weights().Doubles());
  plain::Values sums, squares;
  const plain::Values moments = plain::Moments(output, workload.shape().out_channels);
  for (size_t i = 0; i < moments.size(); ++i) {
    (i / kBlock % 2 == 0 ? sums : squares).push_back(moments[i]);
  }
  return {{"output", output}, {"sums of outputs", sums}, {"sums of squares", squares}};
}

std::vector<Expected> ExpectedBackward(const ConvolutionWorkload& workload) {
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
  return {{"weight gradient", weight_gradient}, {"input gradient", input_gradients}};
}

// Errors of an algorithm and, on the same cases, of the direct one: sums over the cases.
struct ErrorSums {
  void Add(const std::vector<double>& own, const std::vector<double>& direct) {
    own_sum.resize(own.size());
    direct_sum.resize(own.size());
    for (size_t i = 0; i < own.size(); ++i) own_sum[i] += own[i], direct_sum[i] += direct[i];
    ++cases;
  }
  std::vector<double> own_sum, direct_sum;
  int cases = 0;
};

// Runs every algorithm on all cases that it serves, and holds what it computes against the plain
// result: an algorithm that forms every product to single precision, others to five times as much,
// case by case and in the mean.
template <class Expect, class Run>
void HoldAgainstPlain(uint64_t seed, Expect expect, Run run) {
  std::map<std::string, ErrorSums> sums;
  std::vector<std::string> names;
  for (const ConvolutionCase& test : AllCases()) {
    SCOPED_TRACE(test.text());
    const ConvolutionWorkload workload(test, seed);
    std::vector<Expected> expected = expect(workload);
    std::map<std::string, std::vector<double>> errors;
    for (const ConvolutionAlgorithm* algorithm : ConvolutionAlgorithms()) {
      if (!algorithm->serves(test.shape)) continue;
      SCOPED_TRACE(algorithm->name);
      for (Expected& array : expected) {
        array.tolerance = (algorithm->forms_every_product ? 1 : kErrorRatio) * kTolerance;
      }
      errors[algorithm->name] =
          ExpectOnEveryTarget(expected, [&] { return run(workload, *algorithm); });
      if (testing::Test::HasFailure()) return;
    }
    for (const auto& [name, own] : errors) {
      sums[name].Add(own, errors.at(kDirectConvolution.name));
    }
    for (const Expected& array : expected) {
      if (names.size() < expected.size()) names.push_back(array.name);
    }
  }
  for (const ConvolutionAlgorithm* algorithm : ConvolutionAlgorithms()) {
    SCOPED_TRACE(algorithm->name);
    const ErrorSums& sum = sums[algorithm->name];
    ASSERT_GE(sum.cases, 5) << "more cases that it serves are needed";
    for (size_t i = 0; i < names.size(); ++i) {
      fmt::print("{}, {} cases: mean error of the {} {:.1e}, {:.2f} times the direct one's\n",
                 algorithm->name, sum.cases, names[i], sum.own_sum[i] / sum.cases,
                 sum.own_sum[i] / sum.direct_sum[i]);
      EXPECT_LE(sum.own_sum[i], kErrorRatio * sum.direct_sum[i]) << names[i];
    }
  }
}

TEST(ConvolutionAlgorithms, ForwardIsThePlainSumOfProducts) {
  HoldAgainstPlain(1, ExpectedForward, [](const auto& workload, const auto& algorithm) {
    return workload.RunForward(algorithm);
  });
}

TEST(ConvolutionAlgorithms, BackwardGivesThePlainGradients) {
  HoldAgainstPlain(2, ExpectedBackward, [](const auto& workload, const auto& algorithm) {
    return workload.RunBackward(algorithm);
  });
}

TEST(ConvolutionAlgorithms, BitsDoNotDependOnTheThreadsOfABlock) {
  const auto expect_equal = [](const std::vector<Floats>& one, const std::vector<Floats>& other) {
    ASSERT_EQ(one.size(), other.size());
    for (size_t i = 0; i < one.size(); ++i) {
      ASSERT_EQ(one[i].size(), other[i].size());
      EXPECT_EQ(0, std::memcmp(one[i].data(), other[i].data(), one[i].size() * sizeof(float))) << i;
    }
  };
  for (const ConvolutionCase& test : WideCases()) {
    const ConvolutionWorkload workload(test, 3);
    for (const ConvolutionAlgorithm* algorithm : ConvolutionAlgorithms()) {
      if (!algorithm->serves(test.shape) || !algorithm->shares_blocks) continue;
      SCOPED_TRACE(fmt::format("{}: {}", algorithm->name, test.text()));
      for (const int threads : {2, 3}) {
        expect_equal(workload.RunForward(*algorithm), workload.RunForward(*algorithm, threads));
        expect_equal(workload.RunBackward(*algorithm), workload.RunBackward(*algorithm, threads));
      }
    }
  }
}

TEST(ChooseConvolution, TakesTheFastestAlgorithmThatServesTheShape) {
  EXPECT_EQ(&ChooseConvolution({32, 64, 8, 8}, false), &kTileConvolution);
  EXPECT_EQ(&ChooseConvolution({32, 48, 8, 8}, false), &kRowConvolution);
  EXPECT_EQ(&ChooseConvolution({3, 8, 32, 32}, false), &kRowConvolution);
  EXPECT_EQ(&ChooseConvolution({32, 64, 8, 8, 3, 0}, false), &kDirectConvolution);
  EXPECT_EQ(&ChooseConvolution({32, 64, 8, 8, 5, 2}, false), &kDirectConvolution);
}

TEST(ChooseConvolution, FormsEveryProductWhereThatIsAskedFor) {
  EXPECT_EQ(&ChooseConvolution({32, 64, 8, 8}, true), &kDirectConvolution);
  EXPECT_EQ(&ChooseConvolution({3, 8, 32, 32}, true), &kDirectConvolution);
}

TEST(ChooseConvolution, ChunksOfBlocksDependOnTheShapeAlone) {
  for (const ConvolutionAlgorithm* algorithm : ConvolutionAlgorithms()) {
    for (const ConvolutionCase& test : AllCases()) {
      if (!algorithm->serves(test.shape)) continue;
      EXPECT_EQ(algorithm->sizes(test.shape, 1).chunk_blocks,
                algorithm->sizes(test.shape, 7).chunk_blocks);
    }
  }
}

}  // namespace
}  // namespace genet::kernels
