#include "genet/cli/work_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace genet::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<WorkOptions> Resolved(std::vector<std::string> arguments) {
  CLI::App app;
  WorkFlags flags;
  flags.AddTo(app, /*searches=*/true);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
  app.parse(arguments);
  return flags.Resolve();
}

std::string Refusal(const std::vector<std::string>& arguments) {
  const Result<WorkOptions> options = Resolved(arguments);
  if (options) return "";
  EXPECT_EQ(options.error().kind, ErrorKind::kUsage);
  return options.error().message;
}

TEST(WorkFlags, WithoutDevicesThereIsTheProcessor) {
  const WorkOptions options = *Resolved({"--workers", "3"});
  EXPECT_EQ(options.workers, 3);
  EXPECT_THAT(options.devices, ElementsAre("cpu"));
  EXPECT_EQ(Describe(options), "3 worker(s)");
}

// The paper's way of working has ten devices and two networks on each.
TEST(WorkFlags, WorkersAreDevicesTimesNetworksOnEach) {
  const WorkOptions options = *Resolved({"--devices", "cuda:0,cuda:1", "--per-device", "2"});
  EXPECT_EQ(options.workers, 4);
  EXPECT_THAT(options.devices, ElementsAre("cuda:0", "cuda:1"));
  EXPECT_EQ(Describe(options), "4 worker(s) on cuda:0, cuda:1");
  EXPECT_EQ(Resolved({"--devices", "cuda:0,cuda:1"})->workers, 2);
}

TEST(WorkFlags, DevicesTakeOneArgument) {
  CLI::App app;
  WorkFlags flags;
  std::string genome;
  flags.AddTo(app, /*searches=*/true);
  app.add_option("GENOME", genome);
  std::vector<std::string> reversed = {"genet-1", "cuda:0,cuda:1", "--devices"};
  app.parse(reversed);
  EXPECT_EQ(genome, "genet-1");
}

TEST(WorkFlags, WorkersMayRepeatWhatDevicesMake) {
  EXPECT_EQ(Resolved({"--devices", "cpu", "--per-device", "2", "--workers", "2"})->workers, 2);
  EXPECT_THAT(Refusal({"--devices", "cpu", "--per-device", "2", "--workers", "3"}),
              HasSubstr("--workers 3: --devices and --per-device make 2"));
}

TEST(WorkFlags, ADeviceStandsThereOnce) {
  EXPECT_THAT(Refusal({"--devices", "cuda:0,cuda:0"}), HasSubstr("--per-device"));
}

TEST(WorkFlags, NetworksOnADeviceNeedDevices) {
  EXPECT_THROW((void)Resolved({"--per-device", "2"}), CLI::RequiresError);
}

}  // namespace
}  // namespace genet::cli
