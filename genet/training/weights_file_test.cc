#include "genet/training/weights_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/training/safetensors.h"

namespace genet {
namespace {

using testing::HasSubstr;

TEST(WeightsFile, ReadsWhatItWritesWithoutMomentum) {
  const ScratchFolder folder;
  const fs::path path = folder / "weights";
  WeightsFile weights;
  weights.genome = *Genome::Parse("1-01");
  weights.base = *ParseBaseNetwork("C3(P1)@8-MP3(S2)-FC2");
  weights.input = {3, 8, 8};
  weights.class_names = {"cat", "dog"};
  weights.normalisation = {{0.1, 0.2, 1.0 / 3}, {0.25, 0.5, 1}};
  weights.preset = "iccv";
  weights.data = "synthetic";
  weights.tensors["fc1.bias"] = Tensor{{2}, {1, 2}};
  weights.tensors["stage1.in.bn.mean"] = Tensor{{1}, {3}};
  const TensorMap bare = weights.tensors;
  weights.tensors = WithZeroMomentum(bare);
  EXPECT_EQ(weights.tensors.size(), 3u);
  EXPECT_EQ(weights.tensors.at("momentum.fc1.bias"), (Tensor{{2}, {0, 0}}));
  ASSERT_TRUE(WriteWeights(path, weights));
  const auto back = ReadWeights(path);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->genome, weights.genome);
  EXPECT_EQ(back->base, weights.base);
  EXPECT_EQ(back->input, weights.input);
  EXPECT_EQ(back->class_names, weights.class_names);
  EXPECT_EQ(back->normalisation.mean, weights.normalisation.mean);
  EXPECT_EQ(back->normalisation.deviation, weights.normalisation.deviation);
  EXPECT_EQ(back->tensors, bare);

  TensorFile file = *ReadSafetensors(path);
  for (const auto& [key, value] : std::map<std::string, std::string>(file.metadata)) {
    TensorFile damaged = file;
    damaged.metadata.erase(key);
    ASSERT_TRUE(WriteSafetensors(path, damaged));
    const auto error = ReadWeights(path);
    ASSERT_FALSE(error) << key;
    EXPECT_THAT(error.error().message, HasSubstr(key));
  }
}

}  // namespace
}  // namespace genet
