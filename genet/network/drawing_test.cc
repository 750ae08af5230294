#include "genet/network/drawing.h"

#include <gmock/gmock.h>

namespace genet {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kIccv = "C3(P1)@8-MP3(S2)-C3(P1)@8-MP3(S2)-C3(P1)@16-MP3(S2)-FC32-D0.5-FC10";

std::string Text(std::string_view genome, std::string_view base) {
  return DrawText(*Genome::Parse(genome), *ParseBaseNetwork(base));
}

int Count(const std::string& text, std::string_view part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(DrawText, IsAStaircaseWithADotForEachOutputTaken) {
  EXPECT_EQ(Text("0-10-000-0011", "C3(P1)@8-MP3(S2)-FC10"),
            "C3(P1)@8   stage 1   0-10-000-0011   6 convolutions, depth 5; isolated: 2\n"
            "  in\n"
            "  ●── 1\n"
            "  │   ●── 3\n"
            "  ●───────│── 4\n"
            "          ●───●── 5\n"
            "                  ●── out\n"
            "MP3(S2)\n"
            "FC10\n");
}

TEST(DrawText, ShowsOutputsThatPassANodeBy) {
  EXPECT_EQ(Text("1-01-101", "[C3(P1)@8]-C3@9-FC10"),
            "C3(P1)@8   stage 1   1-01-101   6 convolutions, depth 6\n"
            "  in\n"
            "  ●── 1\n"
            "      ●── 2\n"
            "      │   ●── 3\n"
            "      ●───────●── 4\n"
            "                  ●── out\n"
            "C3@9\n"
            "FC10\n");
}

TEST(DrawText, ASingleConvolutionIsOneLine) {
  EXPECT_EQ(Text("0-00", "C3(P1)@8-FC10"),
            "C3(P1)@8   stage 1   0-00   1 convolution, depth 1; isolated: 1, 2, 3\n"
            "  in\n"
            "FC10\n");
}

TEST(DrawDot, HasAnEdgeForEachConnection) {
  const std::string dot =
      DrawDot(*Genome::Parse("1-01|0-01-100|0-11-101-0001"), *ParseBaseNetwork(kIccv));
  // Within the stages 4 + 6 + 8 edges; between stages, pools and the rest 9.
  EXPECT_EQ(Count(dot, " -> "), 4 + 6 + 8 + 9);
  EXPECT_THAT(dot, HasSubstr("s3_4 -> s3_5"));
  EXPECT_THAT(dot, HasSubstr("s3_out -> layer6"));
  EXPECT_THAT(dot, Not(HasSubstr("dashed")));
}

TEST(DrawDot, LeavesIsolatedNodesUnconnected) {
  const std::string dot =
      DrawDot(*Genome::Parse("0-10-000-0011"), *ParseBaseNetwork("C3(P1)@8-FC10"));
  EXPECT_EQ(Count(dot, "s1_2"), 1);
  EXPECT_THAT(dot, HasSubstr("s1_2 [label=\"2\", shape=circle, style=dashed"));
}

TEST(DrawDot, LeadsASingleConvolutionStraightOn) {
  const std::string dot = DrawDot(*Genome::Parse("0-00"), *ParseBaseNetwork("C3(P1)@8-FC10"));
  EXPECT_THAT(dot, HasSubstr("s1_in -> layer2"));
  EXPECT_THAT(dot, Not(HasSubstr("s1_out")));
}

TEST(DrawPng, IsAPictureOfSomeSize) {
  const auto png = DrawPng(*Genome::Parse("1-01|0-01-100|0-11-101-0001"), *ParseBaseNetwork(kIccv));
  ASSERT_TRUE(png) << png.error().message;
  ASSERT_GT(png->size(), 2000u);
  EXPECT_EQ(png->substr(1, 3), "PNG");
}

TEST(DrawSvg, ShowsEveryLayerAndConnectionEachTime) {
  const Genome genome = *Genome::Parse("1-01|0-01-100|0-11-101-0001");
  const BaseNetwork base = *ParseBaseNetwork(kIccv);
  for (int call = 0; call < 2; ++call) {
    const auto svg = DrawSvg(genome, base);
    ASSERT_TRUE(svg) << svg.error().message;
    EXPECT_THAT(*svg, HasSubstr("<svg"));
    EXPECT_THAT(*svg, HasSubstr("</svg>"));
    // Input, 18 convolutions, three pools, two fully-connected layers, one dropout.
    EXPECT_EQ(Count(*svg, "class=\"node\""), 25);
    EXPECT_EQ(Count(*svg, "class=\"edge\""), 27);
    EXPECT_EQ(Count(*svg, "class=\"cluster\""), 3);
  }
}

}  // namespace
}  // namespace genet
