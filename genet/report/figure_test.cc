#include "genet/report/figure.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "genet/base/scratch_folder_for_test.h"

namespace genet {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TableRow Row(int generation, double mean) {
  return {.generation = generation,
          .statistics = {.count = 3, .max = mean + 0.1, .min = mean - 0.1, .mean = mean},
          .best = {}};
}

class FigureTest : public testing::Test {
 protected:
  ScratchFolder folder_;
};

TEST(MeanFigure, HoldsMeanLowestAndHighestOfEachSeries) {
  TableRow empty{.generation = 1, .statistics = {}, .best = {}};
  const Figure figure =
      MeanFigure("figure3", "A \"title\"\nof two lines",
                 {{"one", {Row(0, 0.5), empty, Row(2, 0.6)}}, {"two", {Row(0, 0.25)}}});
  EXPECT_THAT(figure.script, HasSubstr("$series1 << EOD\n0 50.0000 40.0000 60.0000\n"
                                       "2 60.0000 50.0000 70.0000\nEOD\n"));
  EXPECT_THAT(figure.script, HasSubstr("$series2 << EOD\n0 25.0000 15.0000 35.0000\nEOD\n"));
  EXPECT_THAT(figure.script, HasSubstr("title 'one'"));
  EXPECT_THAT(figure.script, HasSubstr(R"(set title 'A "title"'."\n".'of two lines' noenhanced)"));
  EXPECT_THAT(figure.script, HasSubstr("set xrange [-0.5:2.5]"));
  EXPECT_THAT(figure.script, HasSubstr("yerrorbars"));
}

TEST(InheritanceFigure, PutsMutationsOnTheAxisAndCrossoversAtBothParents) {
  const Inheritance mutation{.changed = true, .parent = 0.5, .partner = 0.5, .child = 0.52};
  const Inheritance crossover{
      .crossover = true, .changed = true, .parent = 0.6, .partner = 0.4, .child = 0.55};
  const std::string both = InheritanceFigure("figure4", "t", {mutation, crossover}).script;
  EXPECT_THAT(both, HasSubstr("$mutation << EOD\n50.0000 50.0000 52.0000\nEOD\n"));
  EXPECT_THAT(both, HasSubstr("$crossover << EOD\n60.0000 40.0000 55.0000\nEOD\n"));
  // The parents lie in 40 to 60; the axis is a twentieth below.
  EXPECT_THAT(both, HasSubstr("$mutation using 1:(39.0000)"));
  EXPECT_THAT(InheritanceFigure("figure4", "t", {mutation}).script,
              Not(HasSubstr("$crossover using")));
}

TEST_F(FigureTest, IsDrawnAsSvgAndPng) {
  const auto gnuplot = FindGnuplot();
  if (!gnuplot) GTEST_SKIP() << "gnuplot is not installed";
  const Inheritance mutation{.changed = true, .parent = 0.5, .partner = 0.5, .child = 0.52};
  const Inheritance crossover{
      .crossover = true, .changed = true, .parent = 0.6, .partner = 0.4, .child = 0.55};
  SeenGenome seen{.genome = *Genome::Parse("1-01"), .test_accuracy = {}};
  for (const Figure& figure : {MeanFigure("mean", "t", {{"one", {Row(0, 0.5), Row(1, 0.6)}}}),
                               InheritanceFigure("inheritance", "t", {mutation, crossover}),
                               InheritanceFigure("single", "t", {mutation}),
                               ComplexityFigure("complexity", "t", {seen})}) {
    const Status drawn = DrawFigure(folder_.path(), figure, gnuplot);
    ASSERT_TRUE(drawn) << drawn.error().message;
    EXPECT_THAT(*ReadFile(folder_ / (figure.name + ".svg")), HasSubstr("</svg>"));
    EXPECT_EQ(ReadFile(folder_ / (figure.name + ".png"))->substr(1, 3), "PNG");
    EXPECT_EQ(*ReadFile(folder_ / (figure.name + ".gp")), figure.script);
  }
}

TEST_F(FigureTest, TextsAreNeverCode) {
  const auto gnuplot = FindGnuplot();
  if (!gnuplot) GTEST_SKIP() << "gnuplot is not installed";
  const fs::path proof = folder_ / "proof";
  const std::string touch = fmt::format("touch {}", proof.string());
  for (const std::string& text :
       {fmt::format("`{}`", touch), fmt::format("\"`{}`\"", touch),
        fmt::format("'; system(\"{}\"); set title '", touch),
        fmt::format("a\nsystem(\"{}\")", touch), fmt::format("a\r!{}\r", touch),
        fmt::format("\\'.system(\"{}\").'", touch), fmt::format("a\nEOD\n!{}\n", touch),
        std::string("%s%n @x $(x)"), std::string("\\")}) {
    const Figure figure = MeanFigure("mean", text, {{text, {Row(0, 0.5), Row(1, 0.6)}}});
    const Status drawn = DrawFigure(folder_.path(), figure, gnuplot);
    EXPECT_TRUE(drawn) << drawn.error().message << "\n" << figure.script;
    EXPECT_FALSE(fs::exists(proof)) << figure.script;
  }
  // The folder's name is in a string of gnuplot's, too.
  const fs::path strange = folder_ / fmt::format("`touch proof`'\";x");
  const Status drawn =
      DrawFigure(strange, MeanFigure("mean", "t", {{"one", {Row(0, 0.5), Row(1, 0.6)}}}), gnuplot);
  EXPECT_TRUE(drawn) << drawn.error().message;
  EXPECT_TRUE(fs::exists(strange / "mean.svg"));
  EXPECT_FALSE(DrawFigure(folder_ / "a\nsystem('touch proof')", {"mean", "plot x\n"}, gnuplot));
}

TEST_F(FigureTest, WithoutGnuplotKeepsTheScriptAndSaysWhatToInstall) {
  const Status drawn = DrawFigure(folder_.path(), {"figure3", "plot x\n"}, std::nullopt);
  ASSERT_FALSE(drawn);
  EXPECT_THAT(drawn.error().message, HasSubstr("gnuplot-nox"));
  EXPECT_EQ(*ReadFile(folder_ / "figure3.gp"), "plot x\n");
}

TEST_F(FigureTest, AScriptThatGnuplotRefusesIsAnErrorAndLeavesNoPicture) {
  const auto gnuplot = FindGnuplot();
  if (!gnuplot) GTEST_SKIP() << "gnuplot is not installed";
  const Status drawn = DrawFigure(folder_.path(), {"bad", "plot nonsense(\n"}, gnuplot);
  ASSERT_FALSE(drawn);
  EXPECT_THAT(drawn.error().message, HasSubstr("bad.log"));
  EXPECT_FALSE(fs::exists(folder_ / "bad.svg"));
}

TEST(FindGnuplot, LooksInThePathOnly) {
  const char* path = std::getenv("PATH");
  const std::string before = path ? path : "";
  ::setenv("PATH", "/nonexistent::relative", 1);
  EXPECT_FALSE(FindGnuplot());
  ::setenv("PATH", before.c_str(), 1);
}

}  // namespace
}  // namespace genet
