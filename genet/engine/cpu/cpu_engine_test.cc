// The CPU engine against the reference engine: every kind of layer, block edges, SIMD targets.
#include "genet/engine/cpu/cpu_engine.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "genet/base/check.h"
#include "genet/engine/micro_batch.h"
#include "genet/engine/reference/engine_comparison_for_test.h"
#include "genet/engine/reference/reference_engine.h"
#include "genet/kernels/target.h"

namespace genet {
namespace {

using reference::Disagreements;
using reference::RandomBatch;

constexpr double kGradientTolerance = 1e-4;
constexpr double kWeightTolerance = 1e-3;
constexpr double kStatisticsTolerance = 1e-5;

struct Case {
  std::string name;
  std::string base;
  std::vector<int> nodes;
  std::string genome;  // empty: drawn at random
  Shape input;
  std::vector<int> batches;

  friend void PrintTo(const Case& c, std::ostream* out) { *out << c.base << " on " << c.genome; }
};

const std::vector<int> kAllBatches = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33};

std::vector<Case> Cases() {
  return {
      // Single layers.
      {"FullyConnected", "FC10", {}, "", {3, 5, 4}, kAllBatches},
      {"HiddenLayer", "FC13-FC10", {}, "", {1, 9, 7}, kAllBatches},
      {"DropoutTwice", "D0.25-FC37-D0.5-FC10", {}, "", {3, 5, 4}, kAllBatches},
      {"Convolution3", "C3(P1)@8-FC10", {2}, "0", {3, 9, 7}, kAllBatches},
      {"Convolution3Unpadded", "C3@8-FC10", {2}, "0", {3, 9, 7}, kAllBatches},
      {"Convolution1", "C1@5-FC10", {2}, "0", {3, 6, 7}, kAllBatches},
      {"Convolution5", "C5(P2)@7-FC10", {2}, "0", {3, 9, 7}, kAllBatches},
      {"Convolution7", "C7(P3)@4-FC10", {2}, "0", {2, 9, 11}, {3, 16, 17}},
      {"WiderPaddingThanHalf", "C3(P2)@4-FC10", {2}, "0", {2, 5, 6}, {3, 16, 17}},
      {"MaxPoolOdd", "C3(P1)@5-MP3(S2)-FC10", {2}, "0", {1, 13, 13}, kAllBatches},
      {"MaxPoolEven", "C3(P1)@5-MP3(S2)-FC10", {2}, "0", {1, 8, 12}, {2, 16, 17}},
      {"MaxPoolTwo", "C3(P1)@5-MP2(S2)-FC10", {2}, "0", {1, 7, 10}, {2, 16, 17}},
      {"MaxPoolOverlapping", "C3(P1)@5-MP3(S1)-FC10", {2}, "0", {1, 7, 8}, {2, 16, 17}},
      {"AveragePool", "C3(P1)@5-AP3(S2)-FC10", {2}, "0", {1, 8, 9}, kAllBatches},
      // Odd image sizes around the blocks of four outputs that Winograd's F(4,3) makes.
      {"Width3", "C3(P1)@6-FC10", {3}, "1-11", {5, 4, 3}, {5, 17}},
      {"Width4", "C3(P1)@6-FC10", {3}, "1-11", {5, 3, 4}, {5, 17}},
      {"Width5", "C3(P1)@6-FC10", {3}, "1-11", {5, 5, 5}, {5, 17}},
      {"Width8", "C3(P1)@6-FC10", {3}, "1-11", {5, 2, 8}, {5, 17}},
      {"Width11", "C3(P1)@6-FC10", {3}, "1-11", {5, 5, 11}, {5, 17}},
      {"OnePixelColumns", "C3(P1)@6-FC10", {3}, "1-11", {5, 7, 1}, {5, 17}},
      // Whole networks.
      {"Iccv",
       "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10",
       {3, 4, 5},
       "1-01|0-01-100|0-11-101-0001",
       {3, 32, 32},
       {2, 17}},
      {"IccvSmall",
       "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10",
       {3, 4, 5},
       "",
       {3, 13, 13},
       {1, 7, 16, 31}},
      {"ArxivCifar",
       "C5(P2)@8-MP3(S2)-C5(P2)@16-MP3(S2)-C5(P2)@32-MP3(S2)-FC24-D0.5-FC10",
       {3, 4, 5},
       "",
       {3, 17, 17},
       {3, 17}},
      {"ArxivMnist", "C5@10-MP2(S2)-C5@25-MP2(S2)-FC50-D0.5-FC10", {3, 5}, "", {1, 28, 28}, {2, 9}},
      {"AveragePoolWithoutHiddenLayer",
       "C3(P1)@8-MP3(S2)-C3(P1)@12-AP3-FC10",
       {3, 4},
       "",
       {3, 9, 7},
       {1, 5, 16, 33}},
      {"WideChannels", "C3(P1)@24-MP3(S2)-C3(P1)@40-FC10", {3, 3}, "", {3, 9, 7}, {3, 17}},
      {"Tiles", "C3(P1)@32-MP3(S2)-C3(P1)@32-FC10", {2, 2}, "", {3, 9, 7}, {3, 33}},
      {"TilesOfSmallImages", "C3(P1)@32-FC10", {4}, "1-01-101", {3, 5, 3}, {3, 40}},
      {"OddChannels",
       "C3(P1)@3-MP3(S2)-C3(P1)@5-MP3(S2)-C3(P1)@7-FC11-FC10",
       {3, 4, 5},
       "",
       {3, 13, 13},
       {1, 8, 15, 33}},
      {"PlainConvolutionsBeforeAStage",
       "C3(P1)@6-C3(P1)@9-MP2(S2)-[C3(P1)@6]-FC10",
       {4},
       "",
       {3, 10, 9},
       {5, 16}},
      {"AllOnes", "C3(P1)@8-MP3(S2)-C3(P1)@8-FC10", {5, 5}, "all-ones", {3, 9, 9}, {3, 17}},
      {"AllZeros", "C3(P1)@8-MP3(S2)-C3(P1)@8-FC10", {5, 5}, "all-zeros", {3, 9, 9}, {3, 17}},
  };
}

Network MakeNetwork(const Case& c) {
  const SearchSpace space{c.nodes};
  Genome genome(space);
  if (c.genome.empty()) {
    RandomStream random(RandomKey(7).Derive(c.name));
    for (int i = 0; i < genome.size(); ++i) genome.set_bit(i, random.Bernoulli(0.5));
  } else {
    const Result<Genome> parsed = Genome::Parse(c.genome, space);
    GENET_CHECK(parsed.has_value(), "{}", parsed.error().message);
    genome = *parsed;
  }
  const Result<BaseNetwork> base = ParseBaseNetwork(c.base);
  GENET_CHECK(base.has_value(), "{}", base.error().message);
  const Result<Network> network = BuildNetwork(*base, genome, c.input);
  GENET_CHECK(network.has_value(), "{}", network.error().message);
  return *network;
}

// Calls visit(name, arithmetic, threads) for each target and arithmetic, the target selected.
template <class Visit>
void ForEachVariant(const std::vector<int>& thread_counts, Visit visit) {
  for (const std::string& target : kernels::SupportedTargets()) {
    ASSERT_TRUE(kernels::SelectTarget(target));
    for (const Arithmetic arithmetic : {Arithmetic::kWinograd, Arithmetic::kDirect}) {
      for (const int threads : thread_counts) {
        SCOPED_TRACE(fmt::format("{}, {}, {} threads", target,
                                 arithmetic == Arithmetic::kWinograd ? "Winograd" : "direct",
                                 threads));
        visit(target, arithmetic, threads);
      }
    }
  }
  kernels::SelectTarget("best");
}

class CpuEngineCase : public testing::TestWithParam<Case> {
 protected:
  const Network network_ = MakeNetwork(GetParam());
  const InputTransform transform_ = reference::CentringTransform(network_);
  const RandomKey key_ = RandomKey(11).Derive(GetParam().name);

  std::unique_ptr<Engine> CpuEngine(Arithmetic arithmetic, int threads, int max_batch) const {
    return MakeCpuEngine(network_, transform_,
                         {.max_batch = max_batch, .threads = threads, .arithmetic = arithmetic});
  }
};

TEST_P(CpuEngineCase, HoldsWhatIsAskedForBeforehandAtLeast) {
  for (const Arithmetic arithmetic : {Arithmetic::kWinograd, Arithmetic::kDirect}) {
    for (const int images : GetParam().batches) {
      const size_t least = LeastCpuBytes(network_, images);
      EXPECT_GT(least, 0u);
      EXPECT_LE(least, CpuEngine(arithmetic, 1, images)->memory_bytes()) << images;
    }
  }
}

TEST_P(CpuEngineCase, GradientsAreTheReferences) {
  for (const int images : GetParam().batches) {
    SCOPED_TRACE(fmt::format("{} images", images));
    const RandomBatch batch(network_, images, key_.Derive(images));
    // No learning rate, so that the step leaves the gradient and the statistics.
    const StepOptions options{.dropout = key_.Derive("dropout")};
    const TensorMap state =
        reference::StateAwayFromKinks(network_, batch.batch(), options.dropout, key_);
    ReferenceEngine expected(network_, transform_, images);
    ASSERT_TRUE(expected.SetState(state).has_value());
    const BatchResult expected_result = expected.TrainStep(batch.batch(), options);
    ForEachVariant({1}, [&](const std::string&, Arithmetic arithmetic, int threads) {
      // Room for more than the batch: what lies beyond it must not count.
      const auto engine = CpuEngine(arithmetic, threads, images % 2 == 0 ? images : 40);
      ASSERT_TRUE(engine->SetState(state).has_value());
      const BatchResult result = engine->TrainStep(batch.batch(), options);
      EXPECT_NEAR(result.loss, expected_result.loss, 1e-4 * (images + expected_result.loss));
      EXPECT_EQ(result.correct, expected_result.correct);
      const TensorMap after = engine->State();
      EXPECT_EQ(Disagreements(after, expected.State(), "momentum.", kGradientTolerance), "");
      EXPECT_EQ(Disagreements(after, expected.State(), "", kStatisticsTolerance), "");
      EXPECT_EQ(after.size(), state.size());
    });
  }
}

// Powers of two scale without rounding, so a batch of two equal parts has half of the sum of what
// the parts have as batches, to the bit.
TEST_P(CpuEngineCase, GradientsOfABatchsPartsAdd) {
  const int images = GetParam().batches.back();
  const RandomBatch batch(network_, 2 * images, key_.Derive("parts"));
  const TensorMap state = reference::RandomState(network_, key_);
  const RandomKey dropout = key_.Derive("dropout");
  const std::vector<MicroBatch> parts = MicroBatchesOf(batch.batch(), images, dropout);
  ASSERT_EQ(parts.size(), 2u);
  ForEachVariant({1, 2}, [&](const std::string&, Arithmetic arithmetic, int threads) {
    const auto whole = CpuEngine(arithmetic, threads, images);
    const auto apart = CpuEngine(arithmetic, threads, images);
    TensorMap start = state;
    for (auto& [name, tensor] : start) {
      if (name.starts_with("momentum.")) std::ranges::fill(tensor.values, 0.0f);
    }
    ASSERT_TRUE(whole->SetState(start).has_value());
    ASSERT_TRUE(apart->SetState(start).has_value());
    const BatchResult result = whole->TrainStep(batch.batch(), {.momentum = 1, .dropout = dropout});
    BatchResult sum;
    for (const MicroBatch& part : parts) {
      const BatchResult one =
          apart->TrainStep(part.batch, {.momentum = 1, .dropout = part.dropout});
      sum.loss += one.loss;
      sum.correct += one.correct;
    }
    EXPECT_EQ(result.loss, sum.loss);
    EXPECT_EQ(result.correct, sum.correct);
    TensorMap expected = apart->State();
    for (auto& [name, tensor] : expected) {
      if (!name.starts_with("momentum.")) continue;
      for (float& value : tensor.values) value /= 2;
    }
    EXPECT_EQ(whole->State(), expected);
  });
}

TEST_P(CpuEngineCase, WeightsAfterTenStepsAreTheReferences) {
  const int images = GetParam().batches.back();
  const TensorMap state = reference::RandomState(network_, key_);
  ReferenceEngine expected(network_, transform_, images);
  ASSERT_TRUE(expected.SetState(state).has_value());
  const reference::RecordedSteps run = reference::TrainAwayFromKinks(
      expected, images, 10, {.learning_rate = 0.0005f, .momentum = 0.9f, .weight_decay = 5e-4f},
      key_);
  ForEachVariant({1}, [&](const std::string&, Arithmetic arithmetic, int threads) {
    const auto engine = CpuEngine(arithmetic, threads, images);
    ASSERT_TRUE(engine->SetState(state).has_value());
    reference::Replay(run, network_, *engine);
    EXPECT_EQ(Disagreements(engine->State(), expected.State(), "", kWeightTolerance), "");
  });
}

TEST_P(CpuEngineCase, EvaluatesAsTheReferenceDoes) {
  const TensorMap state = reference::RandomState(network_, key_);
  for (const int images : GetParam().batches) {
    SCOPED_TRACE(fmt::format("{} images", images));
    const RandomBatch batch(network_, images, key_.Derive(images));
    ReferenceEngine reference_engine(network_, transform_, images);
    ASSERT_TRUE(reference_engine.SetState(state).has_value());
    Tensor expected{{images, network_.classes()}, std::vector<float>(images * network_.classes())};
    const BatchResult expected_result = reference_engine.Evaluate(batch.batch(), expected.values);
    ForEachVariant({1}, [&](const std::string&, Arithmetic arithmetic, int threads) {
      const auto engine = CpuEngine(arithmetic, threads, images + 3);
      ASSERT_TRUE(engine->SetState(state).has_value());
      Tensor logits{expected.shape, std::vector<float>(expected.values.size())};
      const BatchResult result = engine->Evaluate(batch.batch(), logits.values);
      EXPECT_LE(reference::RelativeDifference(logits, expected), 1e-5);
      EXPECT_NEAR(result.loss, expected_result.loss, 1e-4 * (images + expected_result.loss));
      EXPECT_EQ(result.correct, expected_result.correct);
      EXPECT_EQ(engine->State(), state);
    });
  }
}

// Two steps end with the same state for all numbers of threads and all targets that round alike.
void ExpectSameBits(const Case& c) {
  const Network network = MakeNetwork(c);
  const RandomKey key = RandomKey(11).Derive(c.name);
  const int images = c.batches.back();
  const TensorMap state = reference::RandomState(network, key);
  std::map<std::pair<bool, Arithmetic>, TensorMap> first;
  ForEachVariant({1, 2, 3}, [&](const std::string& target, Arithmetic arithmetic, int threads) {
    const auto engine =
        MakeCpuEngine(network, reference::CentringTransform(network),
                      {.max_batch = images, .threads = threads, .arithmetic = arithmetic});
    ASSERT_TRUE(engine->SetState(state).has_value());
    for (uint64_t step = 0; step < 2; ++step) {
      const RandomBatch batch(network, images, key.Derive(step));
      engine->TrainStep(batch.batch(), {.learning_rate = 0.01f,
                                        .weight_decay = 5e-4f,
                                        .dropout = key.Derive("dropout").Derive(step)});
    }
    const auto [same, inserted] =
        first.try_emplace({kernels::FusesMultiplyAdd(target), arithmetic}, engine->State());
    EXPECT_TRUE(inserted || engine->State() == same->second);
  });
}

TEST_P(CpuEngineCase, BitsDependOnNeitherThreadsNorVectorWidth) { ExpectSameBits(GetParam()); }

// Six blocks of 16 images whose weight gradients are summed apart, for a flat image has many tiles:
// two and three threads share them evenly, so each takes whole blocks.
TEST(CpuEngine, BitsDoNotDependOnThreadsThatTakeWholeBlocksOfWideLayers) {
  ExpectSameBits({"WholeBlocks", "C3(P1)@32-[C3(P1)@32]-FC10", {2}, "0", {3, 1, 132}, {90}});
}

INSTANTIATE_TEST_SUITE_P(Networks, CpuEngineCase, testing::ValuesIn(Cases()),
                         [](const auto& param) { return param.param.name; });

TEST(CpuEngine, StateSurvivesARoundTrip) {
  const Network network = MakeNetwork({"", "C5@7-MP2(S2)-FC11-FC10", {2}, "1", {3, 9, 8}, {}});
  TensorMap state = reference::RandomState(network, RandomKey(2));
  RandomStream random(RandomKey(3));
  for (auto& [name, tensor] : state) {
    for (float& value : tensor.values) value += static_cast<float>(random.Uniform());
  }
  const auto engine =
      MakeCpuEngine(network, reference::CentringTransform(network), {.max_batch = 4});
  ASSERT_TRUE(engine->SetState(state).has_value());
  EXPECT_EQ(engine->State(), state);
}

}  // namespace
}  // namespace genet
