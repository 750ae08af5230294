// Whole training steps of random genomes: GeNet's engines against LibTorch in double precision.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "genet/base/check.h"
#include "genet/engine/cpu/cpu_engine.h"
#include "genet/engine/reference/engine_comparison_for_test.h"
#include "genet/engine/reference/reference_engine.h"
#include "genet/engine/torch/plugin/torch_network.h"

namespace genet {
namespace {

using reference::RandomBatch;

constexpr double kGradientTolerance = 1e-4;
constexpr double kWeightTolerance = 1e-3;
// The reference engine has no excuse of rounding but that of State(), which gives floats.
constexpr double kReferenceTolerance = 1e-6;

struct Case {
  std::string name;
  std::string base;
  std::vector<int> nodes;
  Shape input;
  int images;
};

const char* const kIccv = "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10";

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (int i = 1; i <= 6; ++i) {
    cases.push_back({fmt::format("Iccv{}", i), kIccv, {3, 4, 5}, {3, 32, 32}, 4});
  }
  for (int i = 1; i <= 6; ++i) {
    cases.push_back({fmt::format("IccvSmallImages{}", i), kIccv, {3, 4, 5}, {3, 13, 13}, 16});
  }
  for (int i = 1; i <= 3; ++i) {
    cases.push_back({fmt::format("ArxivCifar{}", i),
                     "C5(P2)@8-MP3(S2)-C5(P2)@16-MP3(S2)-C5(P2)@32-MP3(S2)-FC128-D0.5-FC10",
                     {3, 4, 5},
                     {3, 16, 16},
                     5});
    cases.push_back({fmt::format("ArxivMnist{}", i),
                     "C5@20-MP2(S2)-C5@50-MP2(S2)-FC500-D0.5-FC10",
                     {3, 5},
                     {1, 28, 28},
                     3});
    cases.push_back({fmt::format("Wide{}", i),
                     "C3(P1)@24-MP3(S2)-C3(P1)@40-MP3(S2)-FC64-D0.5-FC10",
                     {4, 4},
                     {3, 12, 11},
                     7});
  }
  cases.push_back({"AveragePool", "C3(P1)@7-AP3(S2)-C3@5-AP4-FC10", {4, 3}, {3, 16, 15}, 17});
  cases.push_back({"NoHiddenLayer", "FC10", {}, {3, 8, 8}, 17});
  return cases;
}

// The factors of all dropout layers, for LibTorch to multiply by.
std::vector<torch::Tensor> DropoutFactors(const Network& network, int images, RandomKey key) {
  std::vector<torch::Tensor> factors;
  for (const Layer& layer : network.layers) {
    if (layer.operation.kind != LayerOperation::Kind::kDropout) continue;
    const int ordinal = static_cast<int>(factors.size());
    factors.push_back(
        torch::tensor(reference::DropoutFactors(layer, images, key, ordinal), torch::kDouble)
            .reshape({images, layer.output.size()}));
  }
  return factors;
}

TensorMap WithoutMomentum(TensorMap state) {
  std::erase_if(state, [](const auto& item) { return item.first.starts_with("momentum."); });
  return state;
}

class TorchCheck : public testing::TestWithParam<Case> {
 protected:
  TorchCheck() : key_(RandomKey(23).Derive(GetParam().name)) {
    const Case& c = GetParam();
    Genome genome(SearchSpace{c.nodes});
    RandomStream random(key_.Derive("genome"));
    for (int i = 0; i < genome.size(); ++i) genome.set_bit(i, random.Bernoulli(0.5));
    const Result<BaseNetwork> base = ParseBaseNetwork(c.base);
    GENET_CHECK(base.has_value(), "{}", base.error().message);
    const Result<Network> network = BuildNetwork(*base, genome, c.input);
    GENET_CHECK(network.has_value(), "{}", network.error().message);
    network_ = *network;
    transform_ = reference::CentringTransform(network_);
    torch::set_num_threads(1);
  }

  std::unique_ptr<Engine> Cpu(Arithmetic arithmetic) const {
    return MakeCpuEngine(network_, transform_,
                         {.max_batch = GetParam().images, .arithmetic = arithmetic});
  }

  RandomKey key_;
  Network network_;
  InputTransform transform_;
};

TEST_P(TorchCheck, GradientsAndStatisticsOfAStep) {
  const int images = GetParam().images;
  const RandomBatch batch(network_, images, key_.Derive("batch"));
  const StepOptions options{.dropout = key_.Derive("dropout")};
  const TensorMap state =
      reference::StateAwayFromKinks(network_, batch.batch(), options.dropout, key_);
  TorchNetwork torch_network(network_, {});
  torch_network.SetState(state);
  const double loss =
      torch_network
          .Step(torch_network.Input(batch.batch(), transform_), TorchNetwork::Labels(batch.batch()),
                DropoutFactors(network_, images, options.dropout))
          .item<double>();
  TensorMap expected = torch_network.State();
  for (const auto& [name, gradient] : torch_network.Gradients()) {
    expected["momentum." + name] = gradient;
  }

  const auto check = [&](Engine& engine, double gradient_tolerance, double tolerance) {
    ASSERT_TRUE(engine.SetState(state).has_value());
    const BatchResult result = engine.TrainStep(batch.batch(), options);
    EXPECT_NEAR(result.loss / images, loss, tolerance * (1 + loss));
    const TensorMap after = engine.State();
    EXPECT_EQ(reference::Disagreements(after, expected, "momentum.", gradient_tolerance), "");
    EXPECT_EQ(reference::Disagreements(after, expected, "", tolerance), "");
  };
  {
    SCOPED_TRACE("reference engine");
    check(*std::make_unique<ReferenceEngine>(network_, transform_, images), kReferenceTolerance,
          kReferenceTolerance);
  }
  for (const Arithmetic arithmetic : {Arithmetic::kWinograd, Arithmetic::kDirect}) {
    SCOPED_TRACE(arithmetic == Arithmetic::kWinograd ? "CPU engine, Winograd" : "CPU engine");
    check(*Cpu(arithmetic), kGradientTolerance, 1e-5);
  }
}

TEST_P(TorchCheck, WeightsAfterTenSteps) {
  const int images = GetParam().images;
  const StepOptions options{.learning_rate = 0.0005f, .momentum = 0.9f, .weight_decay = 5e-4f};
  const TensorMap state = reference::RandomState(network_, key_);
  ReferenceEngine reference_engine(network_, transform_, images);
  ASSERT_TRUE(reference_engine.SetState(state).has_value());
  const reference::RecordedSteps run =
      reference::TrainAwayFromKinks(reference_engine, images, 10, options, key_);

  TorchNetwork torch_network(network_, {.learning_rate = options.learning_rate,
                                        .momentum = options.momentum,
                                        .weight_decay = options.weight_decay});
  torch_network.SetState(state);
  for (const reference::RecordedSteps::Step& step : run.steps) {
    torch_network.Add(step.nudge);
    const RandomBatch batch(network_, images, step.key);
    torch_network.Step(torch_network.Input(batch.batch(), transform_),
                       TorchNetwork::Labels(batch.batch()),
                       DropoutFactors(network_, images, step.key.Derive("dropout")));
  }
  const TensorMap expected = torch_network.State();
  EXPECT_EQ(reference::Disagreements(WithoutMomentum(reference_engine.State()), expected, "",
                                     10 * kReferenceTolerance),
            "");
  for (const Arithmetic arithmetic : {Arithmetic::kWinograd, Arithmetic::kDirect}) {
    SCOPED_TRACE(arithmetic == Arithmetic::kWinograd ? "CPU engine, Winograd" : "CPU engine");
    const auto engine = Cpu(arithmetic);
    ASSERT_TRUE(engine->SetState(state).has_value());
    reference::Replay(run, network_, *engine);
    EXPECT_EQ(reference::Disagreements(engine->State(), expected, "", kWeightTolerance), "");
  }
}

TEST_P(TorchCheck, LogitsInEvaluation) {
  const int images = GetParam().images;
  const TensorMap state = reference::RandomState(network_, key_);
  const RandomBatch batch(network_, images, key_.Derive("batch"));
  TorchNetwork torch_network(network_, {});
  torch_network.SetState(state);
  const torch::Tensor output =
      torch_network.Forward(torch_network.Input(batch.batch(), transform_), false, {})
          .detach()
          .to(torch::kFloat)
          .contiguous();
  const float* first = output.data_ptr<float>();
  const Tensor expected{output.sizes().vec(), {first, first + output.numel()}};
  const auto check = [&](Engine& engine, double tolerance) {
    ASSERT_TRUE(engine.SetState(state).has_value());
    Tensor logits{expected.shape, std::vector<float>(expected.values.size())};
    engine.Evaluate(batch.batch(), logits.values);
    EXPECT_LE(reference::RelativeDifference(logits, expected), tolerance);
  };
  check(*std::make_unique<ReferenceEngine>(network_, transform_, images), kReferenceTolerance);
  check(*Cpu(Arithmetic::kWinograd), 1e-5);
  check(*Cpu(Arithmetic::kDirect), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(RandomGenomes, TorchCheck, testing::ValuesIn(Cases()),
                         [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace genet
