#include "genet/benchmark/step_loop.h"

#include <gtest/gtest.h>

#include "genet/benchmark/breakdown.h"
#include "genet/benchmark/throughput.h"
#include "genet/engine/backends/backends.h"

namespace genet {
namespace {

// Measurements are the same for every engine.
class EveryEngine : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const EngineBackend& backend = BackendOf(options_.engine);
    if (backend.library != nullptr && backend.library().empty()) {
      GTEST_SKIP() << "engine " << backend.name << " is not in this build";
    }
  }

  const Network network_ = *BuildNetwork(*ParseBaseNetwork("C3(P1)@4-MP2(S2)-FC10"),
                                         Genome(SearchSpace{{1}}), {3, 8, 8});
  const ImageList images_ = RandomImages({3, 8, 8}, 10, 32);
  StepLoopOptions options_{.engine = {.name = GetParam()}, .resources = {.batch = 8}};
};

TEST_P(EveryEngine, StepsAtAPace) {
  for (const bool evaluate : {false, true}) {
    options_.evaluate = evaluate;
    const auto loop = StepLoop::Make(network_, images_, options_);
    ASSERT_TRUE(loop);
    const StepLoop::Pace pace = (*loop)->Run(0.01);
    EXPECT_GE(pace.images, 8);
    EXPECT_EQ(pace.images % 8, 0);
    EXPECT_GE(pace.seconds, 0.01);
    EXPECT_GT(pace.processor_seconds, 0);
    EXPECT_GE(pace.fastest_images_per_second, pace.images_per_second());
  }
}

TEST_P(EveryEngine, IsMeasuredBesideThePeakAndAnotherNetwork) {
  const auto found = MeasureThroughput(network_, &network_, images_,
                                       {.loop = options_, .workers = 2, .seconds = 0.2});
  ASSERT_TRUE(found);
  EXPECT_GT(found->images_per_second, 0);
  EXPECT_TRUE(found->has_peak());
  EXPECT_GT(found->to_reference, 0);
}

TEST_P(EveryEngine, HasABreakdownWhoseRowsMakeUpTheStep) {
  const auto breakdown = MeasureBreakdown(network_, images_, options_, 0.05);
  ASSERT_TRUE(breakdown) << breakdown.error().message;
  double sum = 0;
  for (const Breakdown::Row& row : breakdown->rows) sum += row.milliseconds;
  EXPECT_NEAR(sum, breakdown->milliseconds, 1e-9 * sum);
  EXPECT_GE(breakdown->rows.size(), 4u);
}

INSTANTIATE_TEST_SUITE_P(Benchmark, EveryEngine, testing::ValuesIn(EngineNames()),
                         [](const auto& param) { return param.param; });

TEST(StepLoop, SaysWhichEngineIsNotThere) {
  const Network network =
      *BuildNetwork(*ParseBaseNetwork("FC10"), Genome(SearchSpace{{}}), {3, 8, 8});
  const ImageList images = RandomImages({3, 8, 8}, 10, 32);
  const auto loop = StepLoop::Make(network, images, {.engine = {.name = "none"}});
  ASSERT_FALSE(loop);
  EXPECT_NE(loop.error().message.find("'none'"), std::string::npos);
}

}  // namespace
}  // namespace genet
