#include "genet/network/description.h"

#include <gmock/gmock.h>

namespace genet {
namespace {

using nlohmann::json;
using testing::HasSubstr;

constexpr Shape kCifar = {3, 32, 32};

BaseNetwork Iccv() {
  return *ParseBaseNetwork("C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10");
}

TEST(Describe, GeNet1) {
  const Genome genome = *Genome::Parse("1-01|0-01-100|0-11-101-0001");
  const Network network = *BuildNetwork(Iccv(), genome, kCifar);
  const json description = *Describe(genome, Iccv(), kCifar, 10);
  EXPECT_EQ(description["genome"], genome.ToString());
  EXPECT_TRUE(Genome::Parse(description["canonical"].get<std::string>(), genome.space()));
  EXPECT_EQ(description["bits"], 19);
  EXPECT_EQ(description["convolutions"], 18);
  EXPECT_EQ(description["depth"], 17);
  EXPECT_EQ(description["weights"], network.weights());
  EXPECT_EQ(description["parameters"], network.parameters());
  EXPECT_EQ(description["multiply_adds"], network.multiply_adds());
  EXPECT_EQ(description["input"], json::parse("[3, 32, 32]"));
  ASSERT_EQ(description["stages"].size(), 3u);
  EXPECT_EQ(description["stages"][1], json::parse(R"({
      "nodes": 4, "active": [1, 2, 3, 4], "code": "0-01-100", "channels": 8, "convolutions": 6,
      "depth": 4, "edges": [["in", 1], ["in", 2], [2, 3], [1, 4], [3, "out"], [4, "out"]]})"));
}

TEST(Describe, LeavesOutIsolatedNodes) {
  const json stage = (*Describe(*Genome::Parse("0-10-000-0011"), *ParseBaseNetwork("C3(P1)@8-FC10"),
                                kCifar))["stages"][0];
  EXPECT_EQ(stage["nodes"], 5);
  EXPECT_EQ(stage["active"], json::parse("[1, 3, 4, 5]"));
  EXPECT_EQ(stage["edges"], json::parse(R"([["in", 1], [1, 3], ["in", 4], [3, 5], [4, 5],
                                            [5, "out"]])"));
}

TEST(Describe, ASingleConvolutionHasNoEdges) {
  const json stage =
      (*Describe(*Genome::Parse("0-00"), *ParseBaseNetwork("C3(P1)@8-FC10"), kCifar))["stages"][0];
  EXPECT_EQ(stage["active"], json::array());
  EXPECT_EQ(stage["edges"], json::array());
  EXPECT_EQ(stage["convolutions"], 1);
}

TEST(Describe, FailsAsTheNetworkDoes) {
  const Genome genome = *Genome::Parse("1-01");
  EXPECT_FALSE(Describe(genome, Iccv(), kCifar));
  EXPECT_FALSE(DescribeText(genome, Iccv(), kCifar));
}

TEST(DescribeText, HasASummaryAndALineForEachLayer) {
  const std::string text = *DescribeText(*Genome::Parse("0-10-000-0011"),
                                         *ParseBaseNetwork("C3(P1)@8-MP3(S2)-FC10"), kCifar);
  EXPECT_THAT(text, HasSubstr("depth          6 (convolutions"));
  EXPECT_THAT(text, HasSubstr("stage1.node3 + stage1.node4\n"));
  EXPECT_THAT(text, HasSubstr("parameters     23,682 (23,576 without"));
  EXPECT_THAT(text, HasSubstr("\npool1 "));
}

}  // namespace
}  // namespace genet
