#include "genet/cli/resource_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace genet::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<Resources> Resolved(std::vector<std::string> arguments) {
  CLI::App app;
  ResourceFlags flags;
  flags.AddTo(app, /*searches=*/true);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
  app.parse(arguments);
  return flags.Resolve();
}

std::string Refusal(const std::vector<std::string>& arguments) {
  const Result<Resources> resources = Resolved(arguments);
  if (resources) return "";
  EXPECT_EQ(resources.error().kind, ErrorKind::kUsage);
  return resources.error().message;
}

TEST(ResourceFlags, WithoutDevicesThereIsTheProcessor) {
  const Resources resources = *Resolved({"--workers", "3"});
  EXPECT_EQ(resources.workers, 3);
  EXPECT_THAT(resources.devices, ElementsAre("cpu"));
  EXPECT_EQ(Describe(resources), "3 worker(s)");
}

// The paper's way of working has ten devices and two networks on each.
TEST(ResourceFlags, WorkersAreDevicesTimesNetworksOnEach) {
  const Resources resources = *Resolved({"--devices", "cuda:0,cuda:1", "--per-device", "2"});
  EXPECT_EQ(resources.workers, 4);
  EXPECT_THAT(resources.devices, ElementsAre("cuda:0", "cuda:1"));
  EXPECT_EQ(Describe(resources), "4 worker(s) on cuda:0, cuda:1");
  EXPECT_EQ(Resolved({"--devices", "cuda:0,cuda:1"})->workers, 2);
}

TEST(ResourceFlags, DevicesTakeOneArgument) {
  CLI::App app;
  ResourceFlags flags;
  std::string genome;
  flags.AddTo(app, /*searches=*/true);
  app.add_option("GENOME", genome);
  std::vector<std::string> reversed = {"genet-1", "cuda:0,cuda:1", "--devices"};
  app.parse(reversed);
  EXPECT_EQ(genome, "genet-1");
}

TEST(ResourceFlags, WorkersMayRepeatWhatDevicesMake) {
  EXPECT_EQ(Resolved({"--devices", "cpu", "--per-device", "2", "--workers", "2"})->workers, 2);
  EXPECT_THAT(Refusal({"--devices", "cpu", "--per-device", "2", "--workers", "3"}),
              HasSubstr("--workers 3: --devices and --per-device make 2"));
}

TEST(ResourceFlags, ADeviceStandsThereOnce) {
  EXPECT_THAT(Refusal({"--devices", "cuda:0,cuda:0"}), HasSubstr("--per-device"));
}

TEST(ResourceFlags, NetworksOnADeviceNeedDevices) {
  EXPECT_THROW((void)Resolved({"--per-device", "2"}), CLI::RequiresError);
}

}  // namespace
}  // namespace genet::cli
