#include "genet/engine/reference/layer_math.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace genet::reference {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::Pointwise;

Activation Filled(Shape shape, std::vector<double> values) {
  Activation activation(int(values.size() / shape.size()), shape);
  activation.values = std::move(values);
  return activation;
}

TEST(LayerMath, ConvolutionCorrelatesAndPadsWithZero) {
  Layer layer;
  layer.operation.kernel = 3;
  layer.operation.padding = 1;
  layer.input = layer.output = {1, 2, 2};
  const Activation input = Filled(layer.input, {1, 2, 3, 4});
  std::vector<double> weight(9);
  weight[5] = 1;    // the pixel to the right
  weight[7] = 100;  // the pixel below
  EXPECT_THAT(Convolve(layer, input, weight).values, ElementsAre(302, 400, 4, 0));
}

TEST(LayerMath, ConvolutionWithoutPaddingShrinksAndSumsChannels) {
  Layer layer;
  layer.operation.kernel = 3;
  layer.input = {2, 3, 3};
  layer.output = {1, 1, 1};
  Activation input(1, layer.input);
  for (size_t i = 0; i < 18; ++i) input.values[i] = double(i);
  EXPECT_THAT(Convolve(layer, input, std::vector<double>(18, 1.0)).values, ElementsAre(153));
}

TEST(LayerMath, MaxPoolClipsWindowsAndTakesTheFirstMaximum) {
  Layer layer;
  layer.operation.kernel = 3;
  layer.operation.stride = 2;
  layer.input = {1, 4, 4};
  layer.output = {1, 2, 2};
  const Activation input = Filled(layer.input, {5, 5, 1, 2,  //
                                                5, 5, 1, 2,  //
                                                0, 0, 0, 7,  //
                                                0, 9, 7, 7});
  std::vector<size_t> chosen;
  const Activation output = MaxPool(layer, input, chosen);
  EXPECT_THAT(output.values, ElementsAre(5, 7, 9, 7));
  EXPECT_THAT(chosen, ElementsAre(0, 11, 13, 11));
  Activation gradient(1, layer.input);
  MaxPoolBackward(chosen, Filled(layer.output, {1, 2, 4, 8}), gradient);
  EXPECT_THAT(gradient.values, ElementsAre(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 4, 0, 0));
}

TEST(LayerMath, AveragePoolDividesByThePixelsInside) {
  Layer layer;
  layer.operation.kernel = 2;
  layer.operation.stride = 2;
  layer.input = {1, 3, 3};
  layer.output = {1, 2, 2};
  const Activation input = Filled(layer.input, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  EXPECT_THAT(AveragePool(layer, input).values, ElementsAre(3, 4.5, 7.5, 9));
  Activation gradient(1, layer.input);
  AveragePoolBackward(layer, Filled(layer.output, {4, 2, 2, 1}), gradient);
  EXPECT_THAT(gradient.values, ElementsAre(1, 1, 1, 1, 1, 1, 1, 1, 1));
}

TEST(LayerMath, NormaliseGivesMeanZeroAndNearlyVarianceOne) {
  const Activation input = Filled({1, 1, 2}, {1, 2, 3, 6});
  const ChannelMoments moments = MeasureMoments(input);
  EXPECT_THAT(moments.mean, ElementsAre(3));
  EXPECT_THAT(moments.variance, ElementsAre(3.5));
  const ChannelMoments after = MeasureMoments(Normalise(input, moments));
  EXPECT_NEAR(after.mean[0], 0, 1e-15);
  EXPECT_NEAR(after.variance[0], 3.5 / (3.5 + 1e-5), 1e-15);
}

TEST(LayerMath, DropoutKeepsAboutItsShareAndIsAddressed) {
  Layer layer;
  layer.operation.rate = 0.25;
  layer.input = layer.output = {7, 3, 5};
  const RandomKey key(3);
  const std::vector<double> factors = DropoutFactors(layer, 100, key, 1);
  ASSERT_EQ(factors.size(), 10500u);
  int kept = 0;
  for (double factor : factors) {
    EXPECT_TRUE(factor == 0 || factor == 1 / 0.75);
    kept += factor != 0;
  }
  EXPECT_NEAR(kept / 10500.0, 0.75, 0.02);  // deviation 0.0042
  // Image 4, feature 10: word 2 of block 4 * 27 + 2.
  const bool keeps = key.Derive(uint64_t{1}).Bits(4 * 27 + 2)[2] >= 0x40000000u;
  EXPECT_EQ(factors[4 * 105 + 10] != 0, keeps);
  // A smaller batch has the same masks; another layer has others.
  const std::vector<double> fewer = DropoutFactors(layer, 10, key, 1);
  EXPECT_TRUE(std::equal(fewer.begin(), fewer.end(), factors.begin()));
  EXPECT_NE(DropoutFactors(layer, 100, key, 0), factors);
}

TEST(LayerMath, CrossEntropyOfHugeLogitsStaysFinite) {
  const Activation logits = Filled({2, 1, 1}, {1000, 0, 3, 3});
  Activation gradient;
  const std::vector<int32_t> labels{1, 0};
  const CrossEntropy result = SoftmaxCrossEntropy(logits, labels, &gradient);
  EXPECT_DOUBLE_EQ(result.loss, 1000 + std::log(2.0));
  EXPECT_EQ(result.correct, 1);
  EXPECT_THAT(gradient.values, Pointwise(DoubleEq(), std::vector<double>{0.5, -0.5, -0.25, 0.25}));
}

}  // namespace
}  // namespace genet::reference
