// The LibTorch engine, on the CPU device, against the reference engine and the CPU engine.
#include <gtest/gtest.h>

#include "genet/base/check.h"
#include "genet/engine/cpu/cpu_engine.h"
#include "genet/engine/reference/engine_comparison_for_test.h"
#include "genet/engine/reference/reference_engine.h"
#include "genet/engine/torch/torch_backend.h"

namespace genet {
namespace {

using reference::RandomBatch;

class TorchEngineTest : public testing::TestWithParam<bool> {
 protected:
  TorchEngineTest() : key_(RandomKey(31)) {
    const auto base = ParseBaseNetwork("C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-FC32-D0.5-FC10");
    const auto space = ParseSearchSpace("3,4");
    const auto genome = Genome::Parse("1-01|0-11-101", *space);
    network_ = *BuildNetwork(*base, *genome, {3, 14, 14}, 10);
    transform_ = reference::CentringTransform(network_);
  }

  std::unique_ptr<Engine> Torch(EngineSettings settings = {}) const {
    settings.channels_last = GetParam();
    auto engine = TorchBackend().make(network_, transform_, settings, {.batch = kImages});
    GENET_CHECK(engine.has_value(), "{}", engine.error().message);
    return *std::move(engine);
  }

  static constexpr int kImages = 16;
  RandomKey key_;
  Network network_;
  InputTransform transform_;
};

TEST_P(TorchEngineTest, GradientsOfAStepAreThoseOfTheReference) {
  const RandomBatch batch(network_, kImages, key_.Derive("batch"));
  const StepOptions options{.dropout = key_.Derive("dropout")};
  const TensorMap state =
      reference::StateAwayFromKinks(network_, batch.batch(), options.dropout, key_);
  const auto expected = std::make_unique<ReferenceEngine>(network_, transform_, kImages);
  const auto engine = Torch();
  ASSERT_TRUE(expected->SetState(state));
  ASSERT_TRUE(engine->SetState(state));
  const BatchResult wanted = expected->TrainStep(batch.batch(), options);
  const BatchResult result = engine->TrainStep(batch.batch(), options);
  EXPECT_NEAR(result.loss, wanted.loss, 1e-4 * wanted.loss);
  EXPECT_EQ(result.correct, wanted.correct);
  EXPECT_EQ(reference::Disagreements(engine->State(), expected->State(), "momentum.", 1e-4), "");
}

TEST_P(TorchEngineTest, TenStepsAgreeWithTheCpuEngine) {
  const StepOptions options{.learning_rate = 0.0005f, .momentum = 0.9f, .weight_decay = 5e-4f};
  const TensorMap state = reference::RandomState(network_, key_);
  ReferenceEngine reference_engine(network_, transform_, kImages);
  ASSERT_TRUE(reference_engine.SetState(state));
  const reference::RecordedSteps run =
      reference::TrainAwayFromKinks(reference_engine, kImages, 10, options, key_);
  const auto cpu = MakeCpuEngine(network_, transform_, {.max_batch = kImages});
  const auto engine = Torch();
  for (Engine* one : {cpu.get(), engine.get()}) {
    ASSERT_TRUE(one->SetState(state));
    reference::Replay(run, network_, *one);
  }
  EXPECT_EQ(reference::Disagreements(engine->State(), cpu->State(), "", 1e-3), "");
  EXPECT_EQ(reference::Disagreements(engine->State(), cpu->State(), "momentum.", 1e-3), "");
}

TEST_P(TorchEngineTest, ABatchInPartsAgreesWithTheCpuEngine) {
  const StepOptions options{.weight_decay = 5e-4f, .dropout = key_.Derive("dropout")};
  const TensorMap state = reference::RandomState(network_, key_);
  const RandomBatch batch(network_, 2 * kImages + 3, key_.Derive("parts"));
  const auto cpu = MakeCpuEngine(network_, transform_, {.max_batch = kImages});
  const std::unique_ptr<Engine> reference =
      std::make_unique<ReferenceEngine>(network_, transform_, kImages);
  const auto engine = Torch();
  for (Engine* one : {cpu.get(), reference.get(), engine.get()}) {
    ASSERT_TRUE(one->SetState(state));
    one->TrainStep(batch.batch(), options);
  }
  EXPECT_EQ(reference::Disagreements(cpu->State(), reference->State(), "", 1e-3), "");
  EXPECT_EQ(reference::Disagreements(engine->State(), cpu->State(), "", 1e-3), "");
  EXPECT_EQ(reference::Disagreements(engine->State(), cpu->State(), "momentum.", 1e-3), "");
}

TEST_P(TorchEngineTest, EvaluatesAsTheCpuEngineAlsoASmallerBatch) {
  const TensorMap state = reference::RandomState(network_, key_);
  const auto cpu = MakeCpuEngine(network_, transform_, {.max_batch = kImages});
  const auto engine = Torch();
  ASSERT_TRUE(cpu->SetState(state));
  ASSERT_TRUE(engine->SetState(state));
  for (const int images : {kImages, 5}) {
    const RandomBatch batch(network_, images, key_.Derive("batch"));
    Tensor expected{{images, 10}, std::vector<float>(images * 10)}, logits = expected;
    const BatchResult wanted = cpu->Evaluate(batch.batch(), expected.values);
    const BatchResult result = engine->Evaluate(batch.batch(), logits.values);
    EXPECT_LE(reference::RelativeDifference(logits, expected), 1e-5);
    EXPECT_EQ(result.correct, wanted.correct);
    EXPECT_NEAR(result.loss, wanted.loss, 1e-4 * wanted.loss);
  }
}

TEST_P(TorchEngineTest, StateReadsBack) {
  TensorMap state = reference::RandomState(network_, key_);
  state.at("momentum.fc1.bias").values[3] = 0.25f;
  const auto engine = Torch();
  ASSERT_TRUE(engine->SetState(state));
  EXPECT_EQ(engine->State(), state);
}

TEST_P(TorchEngineTest, Bfloat16IsNear) {
  const RandomBatch batch(network_, kImages, key_.Derive("batch"));
  const TensorMap state = reference::RandomState(network_, key_);
  const auto exact = Torch(), rounded = Torch({.bfloat16 = true});
  ASSERT_TRUE(exact->SetState(state));
  ASSERT_TRUE(rounded->SetState(state));
  Tensor expected{{kImages, 10}, std::vector<float>(kImages * 10)}, logits = expected;
  exact->Evaluate(batch.batch(), expected.values);
  rounded->Evaluate(batch.batch(), logits.values);
  const double difference = reference::RelativeDifference(logits, expected);
  EXPECT_GT(difference, 1e-5);  // else nothing was rounded
  EXPECT_LT(difference, 0.1);
}

TEST(TorchDevices, OneThatIsNotThereIsAUsageError) {
  const auto base = ParseBaseNetwork("FC10");
  const Network network = *BuildNetwork(*base, Genome(SearchSpace{{}}), {1, 4, 4}, 10);
  for (const char* device : {"cuda:31", "nonsense"}) {
    const auto engine = TorchBackend().make(network, {{1}, {0}}, {}, {.device = device});
    ASSERT_FALSE(engine.has_value());
    EXPECT_NE(engine.error().message.find(device), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, TorchEngineTest, testing::Bool(), [](const auto& param) {
  return std::string(param.param ? "ChannelsLast" : "Contiguous");
});

}  // namespace
}  // namespace genet
