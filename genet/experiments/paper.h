// The figures that the paper prints, to stand beside ours.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace genet {

// A row of Table 1; accuracies in percent.
struct PaperGeneration {
  int generation = 0;
  double max = 0, min = 0, mean = 0, median = 0, standard_deviation = 0;
  std::string best;
};
const std::vector<PaperGeneration>& PaperTable1();

inline constexpr double kPaperBest = 77.19;          // after 50 generations
inline constexpr double kPaperRandomSearch = 76.94;  // of 1,020 networks (section 4.1.3)
inline constexpr double kPaperAllOnes = 76.84;       // section 4.1.4

// A row of Table 2: error rates in percent. `genome` is the structure, where the paper prints one.
struct PaperErrors {
  std::string label;
  double svhn = 0, cifar10 = 0, cifar100 = 0;
  std::string genome = {};
};
// A data set of Table 2.
struct PaperDataSet {
  const char* kind;     // of DataKinds(): "svhn"
  const char* heading;  // of its column; "|" begins the paper's part of a table
  double PaperErrors::*error;
};
std::span<const PaperDataSet> PaperDataSets();
// All rows, those of other methods first.
const std::vector<PaperErrors>& PaperTable2();
// "GeNet after G-00", "GeNet after G-05", "GeNet after G-20", "GeNet #1 (G-50)",
// "GeNet #2 (G-50)": the rows that have a structure.
std::vector<PaperErrors> PaperStructures();
const PaperErrors& PaperRow(std::string_view label);

// A row of Table 3: error rates on ILSVRC2012 in percent, and the accuracy of its features on
// Caltech-256 (section 4.3), where the paper gives one.
struct PaperLargeScale {
  std::string label;
  double top1 = 0, top5 = 0;
  int million_parameters = 0;
  std::optional<double> caltech = {};
};
// All rows, the two GeNets last.
const std::vector<PaperLargeScale>& PaperTable3();

}  // namespace genet
