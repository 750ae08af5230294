#include "genet/execution/devices.h"

#include <gtest/gtest.h>

namespace genet {
namespace {

TEST(NextDevice, WorkersAreSpreadEvenly) {
  const std::vector<std::string> devices = {"cuda:0", "cuda:1", "cuda:2"};
  std::vector<std::string> taken;
  for (int worker = 0; worker < 6; ++worker) taken.push_back(NextDevice(devices, taken));
  EXPECT_EQ(taken,
            (std::vector<std::string>{"cuda:0", "cuda:1", "cuda:2", "cuda:0", "cuda:1", "cuda:2"}));
}

TEST(NextDevice, TheOneThatAWorkerLeftIsTakenAgain) {
  EXPECT_EQ(NextDevice({"cuda:0", "cuda:1"}, {"cuda:0", "cuda:1", "cuda:0"}), "cuda:1");
  EXPECT_EQ(NextDevice({"cuda:0", "cuda:1"}, {"cuda:1"}), "cuda:0");
}

TEST(NextDevice, AloneItIsAlwaysTaken) { EXPECT_EQ(NextDevice({"cpu"}, {"cpu", "cpu"}), "cpu"); }

}  // namespace
}  // namespace genet
