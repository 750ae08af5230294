// Two runs over the strings that both have trained: does a short training order networks as a long
// one does?
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/genome/genome.h"
#include "genet/store/run_reader.h"

namespace genet {

// Spearman's rank correlation; equal values share the mean of their ranks. None for fewer than two
// pairs or if one side is constant.
std::optional<double> RankCorrelation(const std::vector<double>& x, const std::vector<double>& y);

// Means of a string's finished evaluations, as fractions.
struct ComparedGenome {
  Genome genome;
  double first = 0;
  double second = 0;
};

struct Comparison {
  std::vector<ComparedGenome> genomes;  // best of the first run first
  std::optional<double> rank_correlation;
  std::optional<double> correlation;  // Pearson's
};
// An error if the runs have no string in common.
Result<Comparison> Compare(RunReader& first, RunReader& second);

std::string ToText(const Comparison& comparison, const std::string& first,
                   const std::string& second);
// Accuracies as fractions.
nlohmann::json ToJson(const Comparison& comparison);

}  // namespace genet
