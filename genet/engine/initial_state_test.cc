#include <gtest/gtest.h>

#include <cmath>

#include "genet/engine/engine.h"

namespace genet {
namespace {

Network SmallNetwork() {
  Network network;
  Layer input;
  input.name = "input";
  input.output = {3, 8, 8};
  Layer convolution;
  convolution.name = "stage1.in";
  convolution.inputs = {0};
  convolution.input = {3, 8, 8};
  convolution.output = {64, 8, 8};
  convolution.operation = {
      .kind = LayerOperation::Kind::kConvolution, .kernel = 3, .padding = 1, .outputs = 64};
  Layer full;
  full.operation = {.kind = LayerOperation::Kind::kFullyConnected, .outputs = 10};
  full.name = "fc1";
  full.inputs = {1};
  full.input = {64, 8, 8};
  full.output = {10, 1, 1};
  network.layers = {input, convolution, full};
  return network;
}

TEST(InitialState, NamesEveryTensorInTheCustomaryOrderOfDimensions) {
  const TensorMap state = InitialState(SmallNetwork(), RandomKey(1));
  EXPECT_EQ(state.size(), 12u);
  EXPECT_EQ(state.at("stage1.in.weight").shape, (std::vector<int64_t>{64, 3, 3, 3}));
  EXPECT_EQ(state.at("fc1.weight").shape, (std::vector<int64_t>{10, 4096}));
  EXPECT_EQ(state.at("stage1.in.bn.scale").values, std::vector<float>(64, 1.0f));
  EXPECT_EQ(state.at("stage1.in.bn.shift").values, std::vector<float>(64, 0.0f));
  EXPECT_EQ(state.at("stage1.in.bn.mean").values, std::vector<float>(64, 0.0f));
  EXPECT_EQ(state.at("stage1.in.bn.variance").values, std::vector<float>(64, 1.0f));
  EXPECT_EQ(state.at("fc1.bias").values, std::vector<float>(10, 0.0f));
  EXPECT_EQ(state.at("momentum.fc1.weight").values, std::vector<float>(40960, 0.0f));
  EXPECT_EQ(state.count("momentum.stage1.in.bn.mean"), 0u);
}

TEST(InitialState, DrawsHeNormalConvolutionsAndFullyConnectedLayersAsTold) {
  TensorMap state;
  const auto check = [&](const std::string& name, double variance) {
    double sum = 0, squares = 0;
    const std::vector<float>& values = state.at(name).values;
    for (const float value : values) sum += value, squares += double{value} * value;
    const double count = static_cast<double>(values.size());
    const double deviation = std::sqrt(variance);
    // Five standard errors of a mean and of a variance.
    EXPECT_NEAR(sum / count, 0, 5 * deviation / std::sqrt(count));
    EXPECT_NEAR(squares / count, variance, 5 * variance * std::sqrt(2 / count));
  };
  state = InitialState(SmallNetwork(), RandomKey(7));
  check("stage1.in.weight", 2.0 / 27);
  check("fc1.weight", 2.0 / 4096);
  state = InitialState(SmallNetwork(), RandomKey(7), 0.03);
  check("stage1.in.weight", 2.0 / 27);
  check("fc1.weight", 0.0009);
}

TEST(InitialState, EachTensorHasItsOwnStream) {
  Network network = SmallNetwork();
  const TensorMap all = InitialState(network, RandomKey(3));
  network.layers.erase(network.layers.begin() + 1);
  const TensorMap fewer = InitialState(network, RandomKey(3));
  EXPECT_EQ(all.at("fc1.weight"), fewer.at("fc1.weight"));
  EXPECT_NE(all.at("fc1.weight"), InitialState(network, RandomKey(4)).at("fc1.weight"));
}

}  // namespace
}  // namespace genet
