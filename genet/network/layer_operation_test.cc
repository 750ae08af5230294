#include "genet/network/layer_operation.h"

#include <gmock/gmock.h>

namespace genet {
namespace {

using Kind = LayerOperation::Kind;
using testing::ElementsAre;
using testing::HasSubstr;

LayerOperation Read(std::string_view text) {
  NotationReader reader(text);
  for (const OperationTraits& traits : AllLayerOperations()) {
    if (traits.symbol.empty() || !reader.Take(traits.symbol)) continue;
    LayerOperation operation{.kind = traits.kind};
    EXPECT_TRUE(traits.read(reader, operation)) << text;
    EXPECT_TRUE(reader.done()) << text;
    return operation;
  }
  ADD_FAILURE() << text;
  return {};
}

Result<Shape> OutputOf(std::string_view text, Shape input) {
  const LayerOperation operation = Read(text);
  return TraitsOf(operation.kind).output(operation, input, "layer1");
}

std::vector<TensorSpec> TensorsOf(std::string_view text, Shape input) {
  const LayerOperation operation = Read(text);
  return TraitsOf(operation.kind).tensors(operation, input);
}

TEST(OperationTable, HasOneRowForEachKindInTheirOrder) {
  for (const OperationTraits& traits : AllLayerOperations()) {
    EXPECT_EQ(&TraitsOf(traits.kind), &traits) << traits.name;
  }
  EXPECT_DEATH(TraitsOf(static_cast<Kind>(AllLayerOperations().size())), "no row");
}

// The first that fits is taken.
TEST(OperationTable, NoSymbolIsTheBeginningOfALaterOne) {
  const auto rows = AllLayerOperations();
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = i + 1; j < rows.size(); ++j) {
      if (rows[i].symbol.empty()) continue;
      EXPECT_FALSE(rows[j].symbol.starts_with(rows[i].symbol)) << rows[j].name;
    }
  }
}

TEST(OperationTable, TextIsReadBack) {
  for (const char* text : {"C3(P1)@8", "C5@1", "MP3(S2)", "MP2(S2)", "AP8", "AP3(S2)", "FC10",
                           "D0.5", "D0", "D0.00001"}) {
    EXPECT_EQ(ToString(Read(text)), text);
  }
  EXPECT_EQ(Read("MP2"), Read("MP2(S2)"));
}

TEST(OperationTable, OutputsHaveTheShapeThatTheWindowLeaves) {
  const Shape input = {3, 7, 8};
  EXPECT_EQ(*OutputOf("C3(P1)@5", input), (Shape{5, 7, 8}));
  EXPECT_EQ(*OutputOf("C5@6", input), (Shape{6, 3, 4}));
  EXPECT_EQ(*OutputOf("MP3(S2)", input), (Shape{3, 3, 4}));
  EXPECT_EQ(*OutputOf("AP7", input), (Shape{3, 1, 2}));
  EXPECT_EQ(*OutputOf("FC10", input), (Shape{10, 1, 1}));
  EXPECT_EQ(*OutputOf("D0.5", input), input);
}

TEST(OperationTable, AWindowLargerThanTheImageIsAnErrorThatNamesTheLayer) {
  EXPECT_TRUE(OutputOf("C7(P2)@1", {1, 3, 9}));
  for (const char* text : {"C7(P1)@1", "MP4", "AP4"}) {
    const auto output = OutputOf(text, {1, 3, 9});
    ASSERT_FALSE(output) << text;
    EXPECT_EQ(output.error().kind, ErrorKind::kUsage);
    EXPECT_THAT(output.error().message, HasSubstr("of layer1 does not fit its input of 3x9"));
  }
}

TEST(OperationTable, AConvolutionHasWeightsAndBatchNormalisation) {
  const std::vector<TensorSpec> tensors = TensorsOf("C5@6", {3, 9, 9});
  std::vector<std::string> learnt, measured;
  for (const TensorSpec& spec : tensors) {
    (spec.learnt() ? learnt : measured).push_back(spec.name);
    EXPECT_EQ(spec.use == TensorSpec::Use::kWeight, spec.name == "weight");
  }
  EXPECT_THAT(learnt, ElementsAre("weight", "bn.scale", "bn.shift"));
  EXPECT_THAT(measured, ElementsAre("bn.mean", "bn.variance"));
  EXPECT_THAT(tensors[0].shape, ElementsAre(6, 3, 5, 5));
  EXPECT_EQ(tensors[0].size(), 450);
  EXPECT_THAT(tensors[1].shape, ElementsAre(6));
}

TEST(OperationTable, AFullyConnectedLayerHasAWeightForEachValueAndABias) {
  const std::vector<TensorSpec> tensors = TensorsOf("FC10", {3, 4, 5});
  ASSERT_EQ(tensors.size(), 2u);
  EXPECT_EQ(tensors[0].name, "weight");
  EXPECT_THAT(tensors[0].shape, ElementsAre(10, 60));
  EXPECT_EQ(tensors[1].name, "bias");
  EXPECT_THAT(tensors[1].shape, ElementsAre(10));
}

TEST(OperationTable, PoolsAndDropoutLearnNothing) {
  for (const char* text : {"MP2", "AP2", "D0.5"}) {
    EXPECT_TRUE(TensorsOf(text, {3, 4, 5}).empty()) << text;
  }
}

}  // namespace
}  // namespace genet
