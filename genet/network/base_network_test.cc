#include "genet/network/base_network.h"

#include <gmock/gmock.h>

namespace genet {
namespace {

using testing::HasSubstr;

constexpr const char* kIccv = "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10";
constexpr const char* kImageNet =
    "C3(P1)@64-C3(P1)@64-MP2(S2)-C3(P1)@128-C3(P1)@128-MP2(S2)-[C3(P1)@256]-MP2(S2)-[C3(P1)@512]-"
    "MP2(S2)-[C3(P1)@512]-MP2(S2)-FC4096-D0.5-FC4096-D0.5-FC1000";

std::string ErrorOf(std::string_view text) {
  const auto base = ParseBaseNetwork(text);
  if (base) return "no error";
  EXPECT_EQ(base.error().kind, ErrorKind::kUsage);
  EXPECT_EQ(base.error().message.find('\n'), std::string::npos);
  return base.error().message;
}

TEST(BaseNetwork, PresetsAreReadBack) {
  for (const char* text :
       {kIccv, kImageNet, "C5(P2)@8-MP3(S2)-C5(P2)@16-MP3(S2)-C5(P2)@32-MP3(S2)-FC128-D0.5-FC10",
        "C5@20-MP2(S2)-C5@50-MP2(S2)-FC500-D0.5-FC10",
        "C3(P1)@32-MP3(S2)-C3(P1)@64-MP3(S2)-C3(P1)@128-AP8-FC10", "FC10",
        "AP3(S2)-D0.00001-C1@1-FC2"}) {
    const auto base = ParseBaseNetwork(text);
    ASSERT_TRUE(base) << base.error().message;
    EXPECT_EQ(ToString(*base), text);
    EXPECT_EQ(*ParseBaseNetwork(ToString(*base)), *base);
  }
}

TEST(BaseNetwork, FieldsHoldWhatTheTextSays) {
  const BaseNetwork base = *ParseBaseNetwork("C5(P2)@8-MP3(S2)-FC32-D0.25-FC10");
  ASSERT_EQ(base.layers.size(), 5u);
  EXPECT_EQ(base.layers[0].operation.kind, LayerOperation::Kind::kConvolution);
  EXPECT_EQ(base.layers[0].operation.kernel, 5);
  EXPECT_EQ(base.layers[0].operation.padding, 2);
  EXPECT_EQ(base.layers[0].operation.outputs, 8);
  EXPECT_EQ(base.layers[1].operation.kind, LayerOperation::Kind::kMaxPool);
  EXPECT_EQ(base.layers[1].operation.kernel, 3);
  EXPECT_EQ(base.layers[1].operation.stride, 2);
  EXPECT_EQ(base.layers[2].operation.outputs, 32);
  EXPECT_EQ(base.layers[3].operation.rate, 0.25);
}

TEST(BaseNetwork, WithoutBracketsEveryConvolutionOpensAStage) {
  EXPECT_EQ(ParseBaseNetwork(kIccv)->stages(), 3);
  EXPECT_EQ(ParseBaseNetwork(kImageNet)->stages(), 3);
  EXPECT_FALSE(ParseBaseNetwork(kImageNet)->layers[0].opens_stage);
  EXPECT_EQ(ParseBaseNetwork("FC10")->stages(), 0);
  EXPECT_EQ(ToString(*ParseBaseNetwork("[C3@8]-[C3@8]-FC10")), "C3@8-C3@8-FC10");
}

TEST(BaseNetwork, AnOmittedStrideIsTheKernelSize) {
  EXPECT_EQ(*ParseBaseNetwork("MP2-FC10"), *ParseBaseNetwork("MP2(S2)-FC10"));
  EXPECT_EQ(ParseBaseNetwork("AP8-FC10")->layers[0].operation.stride, 8);
}

TEST(BaseNetwork, ErrorsNameTheColumn) {
  EXPECT_THAT(ErrorOf(""), HasSubstr("at column 1, found the end"));
  EXPECT_THAT(ErrorOf("X3"), HasSubstr("at column 1, found 'X3'"));
  EXPECT_THAT(ErrorOf("C3(P1)@8-"), HasSubstr("at column 10, found the end"));
  EXPECT_THAT(ErrorOf("C3(P1)@8-MP3(X2)"), HasSubstr("expected S at column 14"));
  EXPECT_THAT(ErrorOf("C3(P1)8"), HasSubstr("expected @ at column 7"));
  EXPECT_THAT(ErrorOf("C4@8-FC10"), HasSubstr("4 at column 2 is even"));
  EXPECT_THAT(ErrorOf("C3(P3)@8-FC10"), HasSubstr("from 0 to 2 at column 5"));
  EXPECT_THAT(ErrorOf("C3@0-FC10"), HasSubstr("at column 4"));
  EXPECT_THAT(ErrorOf("C3@99999999999-FC10"), HasSubstr("at column 4"));
  EXPECT_THAT(ErrorOf("C3@-8-FC10"), HasSubstr("at column 4"));
  EXPECT_THAT(ErrorOf("MP3(S0)-FC10"), HasSubstr("at column 6"));
  EXPECT_THAT(ErrorOf("D1-FC10"), HasSubstr("at column 2"));
  EXPECT_THAT(ErrorOf("D-0.5-FC10"), HasSubstr("at column 2"));
  EXPECT_THAT(ErrorOf("D-0-FC10"), HasSubstr("at column 2"));
  EXPECT_THAT(ErrorOf("Dnan-FC10"), HasSubstr("at column 2"));
  EXPECT_THAT(ErrorOf("D"), HasSubstr("at column 2"));
  EXPECT_THAT(ErrorOf("[C3@8-FC10"), HasSubstr("expected ] at column 6"));
  EXPECT_THAT(ErrorOf("[FC10]"), HasSubstr("expected C at column 2"));
  EXPECT_THAT(ErrorOf("FC10-C3@8-FC10"), HasSubstr("C3@8 at column 6 follows"));
  EXPECT_THAT(ErrorOf("C3@8-MP2"), HasSubstr("MP2(S2) at column 6 is the last layer"));
  EXPECT_THAT(ErrorOf("FC10-D0.5"), HasSubstr("D0.5 at column 6 is the last layer"));
  EXPECT_THAT(ErrorOf("FC10 "), HasSubstr("expected - at column 5"));
  EXPECT_THAT(ErrorOf("FC10\n"), HasSubstr("expected - at column 5, found '?'"));
}

}  // namespace
}  // namespace genet
