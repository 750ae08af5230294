#include "genet/network/network.h"

#include <gmock/gmock.h>

#include <set>

#include "genet/base/random.h"
#include "genet/genome/stage.h"

namespace genet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Shape kCifar = {3, 32, 32};
constexpr const char* kIccv = "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10";
constexpr const char* kImageNet =
    "C3(P1)@64-C3(P1)@64-MP2(S2)-C3(P1)@128-C3(P1)@128-MP2(S2)-[C3(P1)@256]-MP2(S2)-[C3(P1)@512]-"
    "MP2(S2)-[C3(P1)@512]-MP2(S2)-FC4096-D0.5-FC4096-D0.5-FC1000";
constexpr const char* kGeNet1 = "1-01|0-01-100|0-11-101-0001";
constexpr const char* kGeNet2 = "1-01|1-01-100|0-10-000-1011";

Result<Network> Build(std::string_view base, std::string_view genome, Shape input,
                      int classes = 0) {
  return BuildNetwork(*ParseBaseNetwork(base), *Genome::Parse(genome), input, classes);
}

std::string ErrorOf(const Result<Network>& network) {
  return network ? "no error" : network.error().message;
}

const Layer& Named(const Network& network, std::string_view name) {
  for (const Layer& layer : network.layers) {
    if (layer.name == name) return layer;
  }
  ADD_FAILURE() << "no layer " << name;
  return network.layers[0];
}

TEST(Network, GeNet1OnIccv) {
  const Network network = *Build(kIccv, kGeNet1, kCifar, 10);
  EXPECT_EQ(network.convolutions(), 18);
  EXPECT_EQ(network.depth(), 17);
  EXPECT_EQ(network.classes(), 10);
  EXPECT_EQ(Named(network, "pool1").output, (Shape{8, 16, 16}));
  EXPECT_EQ(Named(network, "pool2").output, (Shape{8, 8, 8}));
  EXPECT_EQ(Named(network, "pool3").output, (Shape{16, 4, 4}));
  EXPECT_EQ(Named(network, "fc1").input.size(), 256);
  EXPECT_TRUE(Named(network, "fc1").operation.relu);
  EXPECT_FALSE(Named(network, "fc2").operation.relu);
  EXPECT_EQ(Named(network, "drop1").operation.rate, 0.5);
  // Stages of 3, 4, 5 nodes; the first convolution of each takes another number of channels.
  const int64_t weights =
      9 * (3 * 8 + 4 * 64) + 9 * (64 + 5 * 64) + 9 * (8 * 16 + 6 * 256) + 256 * 32 + 32 * 10;
  EXPECT_EQ(network.weights(), weights);
  EXPECT_EQ(network.parameters(), weights + 2 * (5 * 8 + 6 * 8 + 7 * 16) + 32 + 10);
  EXPECT_EQ(network.multiply_adds(), 1024 * 9 * (3 * 8 + 4 * 64) + 256 * 9 * (6 * 64) +
                                         64 * 9 * (8 * 16 + 6 * 256) + 256 * 32 + 32 * 10);
}

TEST(Network, ImageNetHasThePapersWeights) {
  const Network first = *Build(kImageNet, kGeNet1, {3, 224, 224}, 1000);
  EXPECT_NEAR(first.weights() / 1e6, 156.04, 0.005);
  EXPECT_EQ(Named(first, "fc1").input.size(), 25088);
  EXPECT_EQ(first.layers[1].name, "stem1");
  EXPECT_EQ(first.layers[2].name, "stem2");
  // The paper's 156M counts the isolated node of GeNet #2's third stage.
  const Network second = *Build(kImageNet, kGeNet2, {3, 224, 224}, 1000);
  EXPECT_NEAR(second.weights() / 1e6, 153.68, 0.005);
  EXPECT_EQ(first.weights() - second.weights(), 9 * 512 * 512);
}

TEST(Network, LayersAreNamedInOrderAndSumTheirInputs) {
  const Network network = *Build("C3(P1)@8-MP3(S2)-FC10", "0-10-000-0011", kCifar);
  std::vector<std::string> names;
  for (const Layer& layer : network.layers) names.push_back(layer.name);
  EXPECT_THAT(names, ElementsAre("input", "stage1.in", "stage1.node1", "stage1.node3",
                                 "stage1.node4", "stage1.node5", "stage1.out", "pool1", "fc1"));
  EXPECT_THAT(network.layers[2].inputs, ElementsAre(1));
  EXPECT_THAT(network.layers[3].inputs, ElementsAre(2));
  EXPECT_THAT(network.layers[4].inputs, ElementsAre(1));
  EXPECT_THAT(network.layers[5].inputs, ElementsAre(3, 4));
  EXPECT_THAT(network.layers[6].inputs, ElementsAre(5));
  EXPECT_THAT(network.layers[7].inputs, ElementsAre(6));
}

TEST(Network, AllZerosHasOneConvolutionAStage) {
  const Network network = *Build(kIccv, "0-00|0-00-000|0-00-000-0000", kCifar);
  EXPECT_EQ(network.convolutions(), 3);
  EXPECT_EQ(network.depth(), 5);
  EXPECT_EQ(network.layers[3].name, "stage2.in");
  EXPECT_THAT(network.layers[3].inputs, ElementsAre(2));
}

TEST(Network, AllOnesHasEveryConvolution) {
  const Network network = *Build(kIccv, "1-11|1-11-111|1-11-111-1111", kCifar);
  EXPECT_EQ(network.convolutions(), 18);
  EXPECT_EQ(network.depth(), 20);
}

TEST(Network, OrdinaryNodesAre3x3WhateverOpensTheStage) {
  const Network network =
      *Build("C5@20-MP2(S2)-C5@50-MP2(S2)-FC500-D0.5-FC10", "1-01|1-01-001-0001", {1, 28, 28});
  EXPECT_EQ(Named(network, "stage1.in").output, (Shape{20, 24, 24}));
  EXPECT_EQ(Named(network, "stage1.in").operation.kernel, 5);
  EXPECT_EQ(Named(network, "stage1.node1").operation.kernel, 3);
  EXPECT_EQ(Named(network, "stage1.out").output, (Shape{20, 24, 24}));
  EXPECT_EQ(Named(network, "fc1").input, (Shape{50, 4, 4}));
}

TEST(Network, PoolsAreInCeilModeAndNoWindowIsEmpty) {
  const auto pooled = [](std::string_view pool, int size) {
    return Build(fmt::format("{}-FC10", pool), "1", {1, size, size + 1});
  };
  const auto size_of = [](std::string_view pool, int size) {
    const BaseNetwork pool_base = *ParseBaseNetwork(fmt::format("{}-FC10", pool));
    return BuildNetwork(pool_base, Genome(SearchSpace{}), {1, size, size})->layers[1].output.height;
  };
  EXPECT_THAT(ErrorOf(pooled("MP3(S2)", 8)), HasSubstr("has 1 stage(s)"));
  EXPECT_EQ(size_of("MP3(S2)", 32), 16);
  EXPECT_EQ(size_of("MP3(S2)", 16), 8);
  EXPECT_EQ(size_of("MP3(S2)", 7), 3);
  EXPECT_EQ(size_of("MP3(S2)", 3), 1);
  EXPECT_EQ(size_of("MP2(S2)", 5), 3);
  EXPECT_EQ(size_of("MP2(S2)", 4), 2);
  EXPECT_EQ(size_of("MP1(S2)", 4), 2);
  EXPECT_EQ(size_of("MP2(S3)", 3), 1);  // a second window would start outside
  EXPECT_EQ(size_of("AP8", 8), 1);
  for (int kernel = 1; kernel <= 5; ++kernel) {
    for (int stride = 1; stride <= 6; ++stride) {
      for (int size = kernel; size < 20; ++size) {
        // Count the windows that begin inside and are needed to reach the last pixel or begin
        // before the previous window's end did.
        int windows = 1;
        for (int start = stride; start < size && start - stride + kernel < size; start += stride) {
          ++windows;
        }
        EXPECT_EQ(size_of(fmt::format("MP{}(S{})", kernel, stride), size), windows)
            << kernel << " " << stride << " " << size;
      }
    }
  }
}

TEST(Network, ErrorsSayWhatDoesNotFit) {
  EXPECT_THAT(ErrorOf(Build(kIccv, "1-01|1", kCifar)), HasSubstr("has 2 stage(s)"));
  EXPECT_THAT(ErrorOf(Build(kIccv, kGeNet1, kCifar, 100)), HasSubstr("end it with FC100"));
  EXPECT_THAT(ErrorOf(Build("C5@8-FC10", "1", {1, 4, 9})), HasSubstr("5x5 window of stage1.in"));
  EXPECT_THAT(ErrorOf(Build("C3@8-MP8-FC10", "1", {1, 9, 20})), HasSubstr("8x8 window of pool1"));
}

TEST(Network, WithClassesChangesTheLastLayerOnly) {
  const BaseNetwork base = *ParseBaseNetwork(kIccv);
  EXPECT_EQ(ToString(WithClasses(base, 100)),
            "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC100");
  EXPECT_EQ(WithClasses(base, 10), base);
}

TEST(Network, RandomGenomesAgreeWithTheirStagesAndTheirCanonicalForm) {
  const BaseNetwork base = *ParseBaseNetwork(kIccv);
  RandomStream stream(RandomKey(3).Derive("network test"));
  for (int repeat = 0; repeat < 200; ++repeat) {
    Genome genome(SearchSpace{{3, 4, 5}});
    for (int i = 0; i < genome.size(); ++i) genome.set_bit(i, stream.Bernoulli(0.3));
    const Network network = *BuildNetwork(base, genome, kCifar);
    int convolutions = 0, depth = 2;
    for (int stage = 0; stage < 3; ++stage) {
      convolutions += DecodeStage(genome, stage).convolutions();
      depth += DecodeStage(genome, stage).depth();
    }
    EXPECT_EQ(network.convolutions(), convolutions);
    EXPECT_EQ(network.depth(), depth);
    std::set<std::string> names;
    for (int i = 0; i < static_cast<int>(network.layers.size()); ++i) {
      names.insert(network.layers[i].name);
      for (const int from : network.layers[i].inputs) EXPECT_LT(from, i);
    }
    EXPECT_EQ(names.size(), network.layers.size());
    const Network canonical = *BuildNetwork(base, Canonical(genome), kCifar);
    EXPECT_EQ(canonical.parameters(), network.parameters());
    EXPECT_EQ(canonical.multiply_adds(), network.multiply_adds());
    EXPECT_EQ(canonical.depth(), network.depth());
  }
}

}  // namespace
}  // namespace genet
