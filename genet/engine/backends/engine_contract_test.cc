// What engine.h promises of every engine, on each that there is in this build.
#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "genet/base/check.h"
#include "genet/engine/backends/backends.h"
#include "genet/engine/reference/engine_comparison_for_test.h"
#include "genet/engine/reference/reference_engine.h"

namespace genet {
namespace {

using reference::RandomBatch;

constexpr int kImages = 5;

class EngineContract : public testing::TestWithParam<std::string> {
 protected:
  EngineContract() : settings_{.name = GetParam()} {
    const auto base = ParseBaseNetwork("C3(P1)@6-MP3(S2)-C3(P1)@5-AP2(S2)-FC12-D0.5-FC10");
    const auto genome = Genome::Parse("1-01|1", *ParseSearchSpace("3,2"));
    auto network = BuildNetwork(*base, *genome, {3, 9, 7});
    GENET_CHECK(network.has_value(), "{}", network.error().message);
    network_ = *std::move(network);
    transform_ = reference::CentringTransform(network_);
  }

  void SetUp() override {
    const EngineBackend& backend = BackendOf(settings_);
    if (backend.library != nullptr && backend.library().empty()) {
      GTEST_SKIP() << "engine " << backend.name << " is not in this build";
    }
  }

  std::unique_ptr<Engine> Make(EngineResources resources = {.batch = kImages}) const {
    auto engine = BackendOf(settings_).make(network_, transform_, settings_, resources);
    GENET_CHECK(engine.has_value(), "{}", engine.error().message);
    return *std::move(engine);
  }

  EngineSettings settings_;
  Network network_;
  InputTransform transform_;
  const RandomKey key_ = RandomKey(41);
};

TEST_P(EngineContract, AStepIsThatOfTheReference) {
  const RandomBatch batch(network_, kImages, key_.Derive("batch"));
  const StepOptions options{.learning_rate = 0.01f,
                            .momentum = 0.5f,
                            .weight_decay = 5e-4f,
                            .dropout = key_.Derive("dropout")};
  TensorMap state = reference::StateAwayFromKinks(network_, batch.batch(), options.dropout, key_);
  for (auto& [name, tensor] : state) {
    if (name.starts_with("momentum.")) std::ranges::fill(tensor.values, 0.125f);
  }
  ReferenceEngine reference(network_, transform_, kImages);
  const auto engine = Make();
  BatchResult results[2];
  for (int i = 0; Engine * one : {static_cast<Engine*>(&reference), engine.get()}) {
    ASSERT_TRUE(one->SetState(state));
    results[i++] = one->TrainStep(batch.batch(), options);
  }
  EXPECT_NEAR(results[1].loss, results[0].loss, 1e-4 * results[0].loss);
  EXPECT_EQ(results[1].correct, results[0].correct);
  EXPECT_EQ(reference::Disagreements(engine->State(), reference.State(), "", 1e-5), "");
  EXPECT_EQ(reference::Disagreements(engine->State(), reference.State(), "momentum.", 1e-4), "");
}

TEST_P(EngineContract, ABatchLargerThanTheEngineHoldsPassesInParts) {
  const RandomBatch batch(network_, 2 * kImages + 1, key_.Derive("parts"));
  const TensorMap state = reference::RandomState(network_, key_);
  ReferenceEngine reference(network_, transform_, kImages);
  const auto engine = Make();
  EXPECT_EQ(engine->max_batch(), kImages);
  for (Engine* one : {static_cast<Engine*>(&reference), engine.get()}) {
    ASSERT_TRUE(one->SetState(state));
    one->TrainStep(batch.batch(), {.dropout = key_});
  }
  EXPECT_EQ(reference::Disagreements(engine->State(), reference.State(), "", 1e-3), "");
  EXPECT_EQ(reference::Disagreements(engine->State(), reference.State(), "momentum.", 1e-3), "");
}

TEST_P(EngineContract, EvaluationGivesTheReferencesLogitsAndChangesNothing) {
  const TensorMap state = reference::RandomState(network_, key_);
  ReferenceEngine reference(network_, transform_, kImages);
  const auto engine = Make();
  ASSERT_TRUE(reference.SetState(state));
  ASSERT_TRUE(engine->SetState(state));
  for (const int images : {kImages, 2}) {
    const RandomBatch batch(network_, images, key_.Derive(images));
    Tensor expected{{images, 10}, std::vector<float>(images * 10)}, logits = expected;
    const BatchResult wanted = reference.Evaluate(batch.batch(), expected.values);
    const BatchResult result = engine->Evaluate(batch.batch(), logits.values);
    EXPECT_LE(reference::RelativeDifference(logits, expected), 1e-5);
    EXPECT_NEAR(result.loss, wanted.loss, 1e-4 * wanted.loss);
    EXPECT_EQ(result.correct, wanted.correct);
    EXPECT_EQ(engine->Evaluate(batch.batch(), {}).loss, result.loss);
  }
  EXPECT_EQ(engine->State(), state);
}

TEST_P(EngineContract, SetStateNamesTheTensorThatDoesNotFit) {
  const auto engine = Make();
  const TensorMap state = reference::RandomState(network_, key_);
  const auto refusal = [&](const TensorMap& other) {
    const Status status = engine->SetState(other);
    return status ? std::string("taken") : status.error().message;
  };
  for (const auto& [name, tensor] : state) {
    TensorMap missing = state;
    missing.erase(name);
    EXPECT_NE(refusal(missing).find(name + " is missing"), std::string::npos) << refusal(missing);
    TensorMap reshaped = state;
    reshaped.at(name).shape.push_back(1);
    EXPECT_NE(refusal(reshaped).find(name + " has shape ["), std::string::npos);
    TensorMap shortened = state;
    shortened.at(name).values.pop_back();
    EXPECT_NE(refusal(shortened).find(name), std::string::npos);
  }
  TensorMap unknown = state;
  unknown["fc9.bias"] = {{1}, {0}};
  EXPECT_NE(refusal(unknown).find("fc9.bias is unknown"), std::string::npos);
  EXPECT_EQ(refusal(state), "taken");
}

TEST_P(EngineContract, WhatDivergesInTheLastLayerShowsInTheLoss) {
  const RandomBatch batch(network_, kImages, key_);
  for (const float value :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const auto engine = Make();
    TensorMap state = InitialState(network_, key_);
    state.at("fc2.bias").values[3] = value;
    ASSERT_TRUE(engine->SetState(state));
    EXPECT_FALSE(std::isfinite(engine->Evaluate(batch.batch(), {}).loss));
    EXPECT_FALSE(std::isfinite(engine->TrainStep(batch.batch(), {}).loss));
  }
}

TEST_P(EngineContract, EnginesMayBeUsedSideBySide) {
  const auto train = [this](uint64_t member, TensorMap* state) {
    const auto engine = Make();
    ASSERT_TRUE(engine->SetState(InitialState(network_, key_.Derive(member))));
    for (uint64_t step = 0; step < 5; ++step) {
      const RandomBatch batch(network_, kImages, key_.Derive(member).Derive(step));
      engine->TrainStep(batch.batch(), {.learning_rate = 0.01f, .dropout = key_.Derive(step)});
    }
    *state = engine->State();
  };
  TensorMap alone[2], beside[2];
  for (uint64_t member : {0, 1}) train(member, &alone[member]);
  std::thread other(train, 0, &beside[0]);
  train(1, &beside[1]);
  other.join();
  for (int member : {0, 1}) EXPECT_EQ(beside[member], alone[member]);
  EXPECT_NE(alone[0], alone[1]);
}

TEST_P(EngineContract, TellsWhereTheTimeOfItsStepsGoes) {
  StepProfile profile;
  const auto engine = Make({.batch = kImages, .profile = &profile});
  ASSERT_TRUE(engine->SetState(InitialState(network_, key_)));
  const RandomBatch batch(network_, kImages, key_);
  engine->TrainStep(batch.batch(), {});
  EXPECT_GE(profile.entries().size(), 3u);
  for (const auto& [work, entry] : profile.entries()) EXPECT_GT(entry.seconds, 0) << work;
  EXPECT_GT(engine->memory_bytes(), sizeof(float) * network_.parameters());
}

INSTANTIATE_TEST_SUITE_P(Every, EngineContract, testing::ValuesIn(EngineNames()),
                         [](const auto& param) { return param.param; });

}  // namespace
}  // namespace genet
