#include "genet/experiments/paper.h"

#include <algorithm>

#include "genet/base/check.h"

namespace genet {

const std::vector<PaperGeneration>& PaperTable1() {
  static const std::vector<PaperGeneration> table = {
      {0, 75.96, 71.81, 74.39, 74.53, 0.91, "0-01|0-01-111|0-11-010-0111"},
      {1, 75.96, 73.93, 75.01, 75.17, 0.57, "0-01|0-01-111|0-11-010-0111"},
      {2, 75.96, 73.95, 75.32, 75.48, 0.57, "0-01|0-01-111|0-11-010-0111"},
      {3, 76.06, 73.47, 75.37, 75.62, 0.70, "1-01|0-01-111|0-11-010-0111"},
      {5, 76.24, 72.60, 75.32, 75.65, 0.89, "1-01|0-01-111|0-11-010-0011"},
      {8, 76.59, 74.75, 75.77, 75.86, 0.53, "1-01|0-01-111|0-11-010-1011"},
      {10, 76.72, 73.92, 75.68, 75.80, 0.88, "1-01|0-01-110|0-11-111-0001"},
      {20, 76.83, 74.91, 76.45, 76.79, 0.61, "1-01|1-01-110|0-11-111-0001"},
      {30, 76.95, 74.38, 76.42, 76.53, 0.46, "1-01|0-01-100|0-11-111-0001"},
      {50, 77.19, 75.34, 76.58, 76.81, 0.55, "1-01|0-01-100|0-11-101-0001"},
  };
  return table;
}

const std::vector<PaperErrors>& PaperTable2() {
  static const std::vector<PaperErrors> table = {
      {"Zeiler et.al [43]", 2.80, 15.13, 42.51},
      {"Goodfellow et.al [10]", 2.47, 9.38, 38.57},
      {"Lin et.al [26]", 2.35, 8.81, 35.68},
      {"Lee et.al [24]", 1.92, 7.97, 34.57},
      {"Liang et.al [25]", 1.77, 7.09, 31.75},
      {"Lee et.al [23]", 1.69, 6.05, 32.37},
      {"Zagoruyko et.al [42]", 1.77, 5.54, 25.52},
      {"Xie et.al [39]", 1.67, 5.31, 25.01},
      {"Huang et.al [16]", 1.75, 5.25, 24.98},
      {"Huang et.al [15]", 1.59, 3.74, 19.25},
      {"GeNet after G-00", 2.25, 8.18, 31.46, "0-01|0-01-111|0-11-010-0111"},
      {"GeNet after G-05", 2.15, 7.67, 30.17, "1-01|0-01-111|0-11-010-0011"},
      {"GeNet after G-20", 2.05, 7.36, 29.63, "1-01|1-01-110|0-11-111-0001"},
      {"GeNet #1 (G-50)", 1.99, 7.19, 29.03, "1-01|0-01-100|0-11-101-0001"},
      {"GeNet #2 (G-50)", 1.97, 7.10, 29.05, "1-01|1-01-100|0-10-000-1011"},
      {"GeNet from WRN [42]", 1.71, 5.39, 25.12},
  };
  return table;
}

std::span<const PaperDataSet> PaperDataSets() {
  static constexpr PaperDataSet kSets[] = {{"svhn", "| SVHN", &PaperErrors::svhn},
                                           {"cifar10", "CF10", &PaperErrors::cifar10},
                                           {"cifar100", "CF100", &PaperErrors::cifar100}};
  return kSets;
}

std::vector<PaperErrors> PaperStructures() {
  std::vector<PaperErrors> rows;
  for (const PaperErrors& row : PaperTable2()) {
    if (!row.genome.empty()) rows.push_back(row);
  }
  return rows;
}

const PaperErrors& PaperRow(std::string_view label) {
  const auto& table = PaperTable2();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const PaperErrors& row) { return row.label == label; });
  GENET_CHECK(found != table.end(), "the paper's Table 2 has no row '{}'", label);
  return *found;
}

const std::vector<PaperLargeScale>& PaperTable3() {
  static const std::vector<PaperLargeScale> table = {
      {"AlexNet [19]", 42.6, 19.6, 62},          {"GoogLeNet [36]", 34.2, 12.9, 13},
      {"VGGNet-16 [32]", 28.5, 9.9, 138, 82.69}, {"VGGNet-19 [32]", 28.7, 9.9, 144, 83.51},
      {"GeNet #1", 28.12, 9.95, 156, 83.59},     {"GeNet #2", 27.87, 9.74, 156, 83.78},
  };
  return table;
}

}  // namespace genet
