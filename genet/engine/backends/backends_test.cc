#include "genet/engine/backends/backends.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "genet/engine/backends/make_engine.h"

namespace genet {
namespace {

using testing::HasSubstr;

const EngineSettings kTorch{.name = "torch"};

Network SmallNetwork() {
  return *BuildNetwork(*ParseBaseNetwork("FC10"), Genome(SearchSpace{{}}), {1, 4, 4}, 10);
}

// The message of a usage error, for the check before there is a network and for the making alike.
std::string Refusal(const EngineSettings& settings, const std::string& device) {
  const Status status = CheckEngine(settings, {"cpu", device});
  const auto engine = MakeEngine(SmallNetwork(), {{1}, {0}}, settings, {.device = device});
  if (status || engine) return "";
  EXPECT_EQ(status.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(status.error().message, engine.error().message);
  EXPECT_THAT(status.error().message, testing::Not(HasSubstr("\n")));
  return status.error().message;
}

TEST(MakeEngine, TheCpuEngineIsInEveryBuild) {
  EXPECT_TRUE(CheckEngine({}, {"cpu"}));
  const auto engine = MakeEngine(SmallNetwork(), {{1}, {0}}, {}, {.batch = 7});
  ASSERT_TRUE(engine);
  EXPECT_EQ((*engine)->max_batch(), 7);
}

TEST(MakeEngine, ABatchThatTheMachineCannotHoldIsAUsageError) {
  const Network network = *BuildNetwork(*ParseBaseNetwork("C3(P1)@512-FC10"),
                                        Genome(SearchSpace{{2}}), {3, 224, 224}, 10);
  const auto engine = MakeEngine(network, {{1, 1, 1}, {0, 0, 0}}, {}, {.batch = 65536});
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().kind, ErrorKind::kUsage);
  EXPECT_THAT(engine.error().message, HasSubstr("65536 images at once take about"));
  EXPECT_THAT(engine.error().message, HasSubstr("--micro-batch"));
}

TEST(MakeEngine, TheCpuEngineHasNoOtherDevice) {
  EXPECT_THAT(Refusal({}, "cuda:0"), HasSubstr("device 'cuda:0' needs engine torch"));
}

TEST(MakeEngine, EngineTorchWorksOrTheBuildSaysThatItIsNotIn) {
  if (LibraryOf(kTorch).empty()) {
    EXPECT_THAT(Refusal(kTorch, "cpu"), HasSubstr("-DGENET_TORCH=ON"));
    return;
  }
  EXPECT_TRUE(CheckEngine(kTorch, {"cpu"}));
  EXPECT_TRUE(MakeEngine(SmallNetwork(), {{1}, {0}}, kTorch, {}));
  for (const char* device : {"cuda:99", "nonsense", "cpu:1", "meta", ""}) {
    EXPECT_THAT(Refusal(kTorch, device), HasSubstr(fmt::format("device '{}' is not", device)));
  }
}

TEST(MakeEngine, SettingsOfAnotherEngineAreRefused) {
  EXPECT_THAT(Refusal({.channels_last = true}, "cpu"), HasSubstr("channels-last"));
  EXPECT_THAT(Refusal({.bfloat16 = true}, "cpu"), HasSubstr("bfloat16"));
  EXPECT_THAT(Refusal({.name = "torch", .arithmetic = "direct"}, "cpu"), HasSubstr("arithmetic"));
  EXPECT_THAT(Refusal({.arithmetic = "exact"}, "cpu"), HasSubstr("'exact'"));
  EXPECT_THAT(Refusal({.name = "gpu"}, "cpu"), HasSubstr("'gpu'"));
  EXPECT_EQ(Refusal({.name = "reference", .arithmetic = "direct"}, "cpu"),
            "arithmetic direct is a setting of engine cpu, not of reference");
}

TEST(EngineBackends, TellThemselvesApartAndTakeSettingsThatThereAre) {
  std::set<std::string_view> names, known, taken;
  for (const EngineSetting& setting : AllEngineSettings()) known.insert(setting.name);
  for (const EngineBackend& backend : EngineBackends()) {
    EXPECT_TRUE(names.insert(backend.name).second) << backend.name;
    EXPECT_FALSE(backend.summary.empty());
    for (const EngineBackend::Setting& setting : backend.settings) taken.insert(setting.name);
    EXPECT_TRUE(CheckEngineSettings({.name = std::string(backend.name)}));
  }
  EXPECT_TRUE(names.contains(EngineSettings().name));
  EXPECT_EQ(taken, known);
}

TEST(EngineBackends, AreDescribedForHelp) {
  EXPECT_THAT(DescribeEngines(), testing::StartsWith("cpu (GeNet's own, for"));
  EXPECT_EQ(DescribeDevices(), "cuda:0 of engine torch");
  EXPECT_THAT(EngineSettingWords("arithmetic"), testing::ElementsAre("winograd", "direct"));
  EXPECT_THAT(EngineSettingWords("bfloat16"), testing::IsEmpty());
}

TEST(EngineSettings, AreSaidInAFewWords) {
  EXPECT_EQ(ToString(EngineSettings()), "cpu");
  EXPECT_EQ(ToString({.arithmetic = "direct"}), "cpu, direct");
  EXPECT_EQ(ToString({.name = "torch", .channels_last = true, .bfloat16 = true}),
            "torch, channels-last, bfloat16");
}

}  // namespace
}  // namespace genet
