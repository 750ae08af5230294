#include "genet/engine/reference/reference_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace genet {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Kind = LayerOperation::Kind;

// Networks are put together by hand, so that these tests stand on nothing but layers.
struct NetworkMaker {
  explicit NetworkMaker(Shape input) {
    Layer layer;
    layer.name = "input";
    layer.input = layer.output = input;
    network.layers.push_back(layer);
  }
  int Add(Layer layer, std::vector<int> inputs) {
    layer.inputs = std::move(inputs);
    layer.input = network.layers[layer.inputs[0]].output;
    network.layers.push_back(std::move(layer));
    return int(network.layers.size()) - 1;
  }
  int Convolution(std::vector<int> inputs, int kernel, int padding, int channels) {
    const Shape in = network.layers[inputs[0]].output;
    Layer layer;
    layer.name = "conv" + std::to_string(network.layers.size());
    layer.operation = {
        .kind = Kind::kConvolution, .kernel = kernel, .padding = padding, .outputs = channels};
    layer.output = {channels, in.height + 2 * padding - kernel + 1,
                    in.width + 2 * padding - kernel + 1};
    return Add(layer, std::move(inputs));
  }
  int Pool(int input, Kind kind, int kernel, int stride) {
    const Shape in = network.layers[input].output;
    const auto extent = [&](int size) { return (size - kernel + stride - 1) / stride + 1; };
    Layer layer;
    layer.name = "pool" + std::to_string(network.layers.size());
    layer.operation = {.kind = kind, .kernel = kernel, .stride = stride};
    layer.output = {in.channels, extent(in.height), extent(in.width)};
    return Add(layer, {input});
  }
  int FullyConnected(int input, int features, bool relu) {
    Layer layer;
    layer.name = "fc" + std::to_string(network.layers.size());
    layer.operation = {.kind = Kind::kFullyConnected, .outputs = features, .relu = relu};
    layer.output = {features, 1, 1};
    return Add(layer, {input});
  }
  int Dropout(int input, double rate) {
    Layer layer;
    layer.name = "drop" + std::to_string(network.layers.size());
    layer.operation = {.kind = Kind::kDropout, .rate = rate};
    layer.output = network.layers[input].output;
    return Add(layer, {input});
  }

  Network network;
};

struct TestBatch {
  TestBatch(const Network& network, int count, uint64_t seed) {
    RandomStream random{RandomKey(seed)};
    const size_t bytes = network.layers[0].output.size();
    pixels.resize(count * bytes);
    for (uint8_t& pixel : pixels) pixel = uint8_t(random.Below(256));
    for (int n = 0; n < count; ++n) {
      images.push_back({.pixels = &pixels[n * bytes]});
      labels.push_back(int32_t(random.Below(network.classes())));
    }
  }
  Batch batch() const { return {images, labels}; }

  std::vector<uint8_t> pixels;
  std::vector<InputImage> images;
  std::vector<int32_t> labels;
};

InputTransform Centred(int channels) {
  return {std::vector<float>(channels, 1 / 64.0f), std::vector<float>(channels, -2.0f)};
}

void Randomise(ReferenceEngine& engine, uint64_t seed) {
  RandomStream random{RandomKey(seed)};
  for (auto& [name, tensor] : engine.double_state()) {
    if (name.starts_with("momentum.")) continue;
    for (double& value : tensor.values) {
      value = name.ends_with(".variance") || name.ends_with(".scale") ? 0.5 + random.Uniform()
                                                                      : 0.5 * random.Normal();
    }
  }
}

// Compares every derivative with a central difference. A ReLU or maximum that switches between the
// two points spoils a difference; it shows in the disagreement of two step sizes, and the
// derivative is left out then. Few may be.
void CheckGradients(const Network& network, int images, uint64_t seed) {
  ReferenceEngine engine(network, Centred(network.layers[0].output.channels), images);
  Randomise(engine, seed);
  const TestBatch data(network, images, seed + 1);
  const RandomKey dropout(seed + 2);
  const auto gradients = engine.Gradient(data.batch(), dropout);
  ASSERT_FALSE(gradients.empty());
  int tried = 0, left_out = 0;
  for (const auto& [name, gradient] : gradients) {
    std::vector<double>& values = engine.double_state().at(name).values;
    ASSERT_EQ(gradient.size(), values.size());
    const size_t stride = values.size() / 40 + 1;
    for (size_t i = 0; i < values.size(); i += stride) {
      const double original = values[i];
      const auto difference = [&](double step) {
        values[i] = original + step;
        const double above = engine.TrainingLoss(data.batch(), dropout);
        values[i] = original - step;
        const double below = engine.TrainingLoss(data.batch(), dropout);
        values[i] = original;
        return (above - below) / (2 * step);
      };
      const double coarse = difference(2e-5), fine = difference(1e-5);
      ++tried;
      if (std::abs(coarse - fine) > 1e-6 * (1 + std::abs(fine))) {
        ++left_out;
        continue;
      }
      EXPECT_NEAR(gradient[i], fine, 2e-6 * (1 + std::abs(fine))) << name << "[" << i << "]";
    }
  }
  EXPECT_LE(left_out, tried / 10);
}

TEST(ReferenceEngine, FullyConnectedGradientsAreTheDifferences) {
  NetworkMaker maker({2, 3, 3});
  maker.FullyConnected(maker.FullyConnected(0, 7, true), 4, false);
  CheckGradients(maker.network, 5, 1);
}

TEST(ReferenceEngine, ConvolutionGradientsAreTheDifferencesForEveryKernel) {
  for (const auto& [kernel, padding] : {std::pair{1, 0}, {3, 1}, {3, 0}, {5, 2}, {5, 0}, {7, 3}}) {
    SCOPED_TRACE(kernel * 10 + padding);
    NetworkMaker maker({2, 9, 7});
    maker.FullyConnected(maker.Convolution({0}, kernel, padding, 3), 4, false);
    CheckGradients(maker.network, 3, 10 + kernel);
  }
}

TEST(ReferenceEngine, GradientsFlowThroughSumsAndSharedOutputs) {
  NetworkMaker maker({3, 6, 5});
  const int in = maker.Convolution({0}, 3, 1, 4);
  const int a = maker.Convolution({in}, 3, 1, 4);
  const int b = maker.Convolution({in, a}, 3, 1, 4);
  const int out = maker.Convolution({in, a, b}, 3, 1, 4);
  maker.FullyConnected(out, 3, false);
  CheckGradients(maker.network, 3, 20);
}

TEST(ReferenceEngine, PoolingGradientsAreTheDifferences) {
  for (const Kind kind : {Kind::kMaxPool, Kind::kAveragePool}) {
    for (const auto& [kernel, stride] : {std::pair{3, 2}, {2, 2}, {3, 1}, {2, 3}}) {
      SCOPED_TRACE(kernel * 10 + stride);
      NetworkMaker maker({2, 8, 7});
      const int convolution = maker.Convolution({0}, 3, 1, 3);
      maker.FullyConnected(maker.Pool(convolution, kind, kernel, stride), 4, false);
      CheckGradients(maker.network, 3, 30 + kernel);
    }
  }
}

TEST(ReferenceEngine, DropoutGradientsAreTheDifferencesUnderTheSameMask) {
  NetworkMaker maker({2, 3, 3});
  const int hidden = maker.FullyConnected(maker.Dropout(0, 0.25), 9, true);
  maker.FullyConnected(maker.Dropout(hidden, 0.5), 4, false);
  CheckGradients(maker.network, 6, 40);
}

TEST(ReferenceEngine, AvoidKinksMovesEveryReluInputAwayFromZero) {
  NetworkMaker maker({3, 16, 16});
  const int convolution = maker.Convolution({0}, 3, 1, 8);
  const int hidden = maker.FullyConnected(convolution, 5, true);
  maker.FullyConnected(hidden, 3, false);
  ReferenceEngine engine(maker.network, Centred(3), 8);
  Randomise(engine, 60);
  const TensorMap before = engine.State();
  const TestBatch data(maker.network, 8, 61);
  EXPECT_GT(engine.AvoidKinks(data.batch(), RandomKey(0)), 2e-5);
  // Little is changed.
  const TensorMap after = engine.State();
  for (const auto& [name, tensor] : before) {
    for (size_t i = 0; i < tensor.values.size(); ++i) {
      EXPECT_NEAR(after.at(name).values[i], tensor.values[i], name == "fc2.bias" ? 2.0 : 0.05);
    }
  }
}

TEST(ReferenceEngine, OneStepFromNoMomentumLeavesTheGradientInTheMomentum) {
  NetworkMaker maker({2, 4, 4});
  maker.FullyConnected(maker.Convolution({0}, 3, 1, 3), 4, false);
  ReferenceEngine engine(maker.network, Centred(2), 4);
  Randomise(engine, 50);
  const TestBatch data(maker.network, 4, 51);
  const auto gradients = engine.Gradient(data.batch(), RandomKey(0));
  engine.TrainStep(data.batch(), {.learning_rate = 0.1f});
  for (const auto& [name, gradient] : gradients) {
    EXPECT_EQ(engine.double_state().at("momentum." + name).values, gradient) << name;
  }
}

// One weight, one input pixel: everything can be worked out by hand.
TEST(ReferenceEngine, StepsByTheRuleOfMomentumAndDecaysWeightsOnly) {
  NetworkMaker maker({1, 1, 1});
  maker.FullyConnected(0, 2, false);
  ReferenceEngine engine(maker.network, {{0.5f}, {1.0f}}, 1);
  auto& state = engine.double_state();
  state.at("fc1.weight").values = {1, 1};
  state.at("momentum.fc1.weight").values = {4, 0};
  state.at("momentum.fc1.bias").values = {0, 8};
  const uint8_t pixel = 2;  // enters as 2 * 0.5 + 1 = 2
  const std::vector<InputImage> images{{.pixels = &pixel}};
  const std::vector<int32_t> labels{0};
  const BatchResult result = engine.TrainStep(
      {images, labels}, {.learning_rate = 0.5f, .momentum = 0.25f, .weight_decay = 0.125f});
  EXPECT_NEAR(result.loss, std::log(2.0), 1e-15);
  EXPECT_EQ(result.correct, 1);
  // The softmax is one half each, so the logits' gradient is -1/2, 1/2 and the weights' -1, 1.
  EXPECT_THAT(state.at("momentum.fc1.weight").values, ElementsAre(1 - 1 + 0.125, 0 + 1 + 0.125));
  EXPECT_THAT(state.at("fc1.weight").values, ElementsAre(1 - 0.0625, 1 - 0.5625));
  EXPECT_THAT(state.at("momentum.fc1.bias").values, ElementsAre(-0.5, 2.5));
  EXPECT_THAT(state.at("fc1.bias").values, ElementsAre(0.25, -1.25));
}

TEST(ReferenceEngine, RunningStatisticsMoveATenthOfTheWayToMeanAndUnbiasedVariance) {
  NetworkMaker maker({1, 1, 2});
  maker.FullyConnected(maker.Convolution({0}, 1, 0, 1), 2, false);
  ReferenceEngine engine(maker.network, {{1.0f}, {0.0f}}, 2);
  auto& state = engine.double_state();
  state.at("conv1.weight").values = {1};
  const std::vector<uint8_t> pixels{1, 2, 3, 6};  // mean 3, squares 4 + 1 + 0 + 9 = 14
  const std::vector<InputImage> images{{.pixels = &pixels[0]}, {.pixels = &pixels[2]}};
  const std::vector<int32_t> labels{0, 1};
  engine.TrainStep({images, labels}, {});
  EXPECT_NEAR(state.at("conv1.bn.mean").values[0], 0.3, 1e-15);
  EXPECT_NEAR(state.at("conv1.bn.variance").values[0], 0.9 + 0.1 * 14 / 3, 1e-15);
}

TEST(ReferenceEngine, EvaluationUsesRunningStatisticsAndNoDropout) {
  NetworkMaker maker({1, 1, 1});
  const int convolution = maker.Convolution({0}, 1, 0, 1);
  maker.FullyConnected(maker.Dropout(convolution, 0.5), 2, false);
  ReferenceEngine engine(maker.network, {{1.0f}, {0.0f}}, 1);
  auto& state = engine.double_state();
  state.at("conv1.weight").values = {2};
  state.at("conv1.bn.mean").values = {4};
  state.at("conv1.bn.variance").values = {4};
  state.at("conv1.bn.scale").values = {3};
  state.at("conv1.bn.shift").values = {1};
  state.at("fc3.weight").values = {1, -1};
  const uint8_t pixel = 5;
  const std::vector<InputImage> images{{.pixels = &pixel}};
  const std::vector<int32_t> labels{1};
  std::vector<float> logits(2);
  const TensorMap before = engine.State();
  const BatchResult result = engine.Evaluate({images, labels}, logits);
  EXPECT_EQ(engine.State(), before);
  const double y = (2 * 5 - 4) / std::sqrt(4 + 1e-5) * 3 + 1;
  EXPECT_FLOAT_EQ(logits[0], float(y));
  EXPECT_FLOAT_EQ(logits[1], float(-y));
  EXPECT_NEAR(result.loss, 2 * y, 1e-6);
  EXPECT_EQ(result.correct, 0);
}

TEST(ReferenceEngine, MovesAnImageBeforeItMirrorsIt) {
  NetworkMaker maker({1, 2, 3});
  maker.FullyConnected(0, 6, false);
  ReferenceEngine engine(maker.network, {{1.0f}, {10.0f}}, 1);
  auto& weight = engine.double_state().at("fc1.weight").values;
  for (int i = 0; i < 6; ++i) weight[i * 6 + i] = 1;  // logits are the input
  const std::vector<uint8_t> pixels{1, 2, 3, 4, 5, 6};
  const std::vector<int32_t> labels{0};
  std::vector<float> logits(6);
  std::vector<InputImage> images{{.pixels = pixels.data(), .shift_rows = 1, .shift_columns = -1}};
  engine.Evaluate({images, labels}, logits);
  EXPECT_THAT(logits, ElementsAre(0, 0, 0, 12, 13, 0));
  images[0].mirror = true;
  engine.Evaluate({images, labels}, logits);
  EXPECT_THAT(logits, ElementsAre(0, 0, 0, 0, 13, 12));
}

}  // namespace
}  // namespace genet
