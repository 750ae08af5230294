// Figures of a run, drawn by gnuplot.
//
// A figure is a gnuplot script that carries its data, kept as NAME.gp so that anybody can change
// and draw it again: gnuplot -e "set terminal svg; set output 'x.svg'" NAME.gp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/report/analysis.h"
#include "genet/report/generation_table.h"

namespace genet {

struct Figure {
  std::string name;    // of its files: "figure3"
  std::string script;  // sets neither terminal nor output
};

// Figure 3: for each series the mean accuracy by generation, with bars from lowest to highest.
// Rows without a fitness are left out.
struct Series {
  std::string label;
  std::vector<TableRow> rows;
};
Figure MeanFigure(const std::string& name, const std::string& title,
                  const std::vector<Series>& series);

// Figure 4: a dot for each child, at the accuracies of its two parents, a mutation's on the
// horizontal axis; larger and redder for a better child. Beside it the child's accuracy over the
// mean of its parents, mutation and crossover apart. `inheritance` must not be empty.
Figure InheritanceFigure(const std::string& name, const std::string& title,
                         const std::vector<Inheritance>& inheritance);

// Section 4.1.4: accuracy over 1-bits and over multiply-adds. `seen` must not be empty.
Figure ComplexityFigure(const std::string& name, const std::string& title,
                        const std::vector<SeenGenome>& seen);

// gnuplot on the PATH.
std::optional<fs::path> FindGnuplot();

// Writes FOLDER/NAME.gp, and NAME.svg and NAME.png with the program `gnuplot`. An error holds what
// gnuplot said.
Status DrawFigure(const fs::path& folder, const Figure& figure,
                  const std::optional<fs::path>& gnuplot);

}  // namespace genet
