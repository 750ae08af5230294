// What a run measured of each string.
#pragma once

#include <map>
#include <vector>

#include "genet/genome/genome.h"
#include "genet/search/generation.h"
#include "genet/store/run_reader.h"

namespace genet {

// Of a string's finished evaluations, by generation and individual; fractions.
struct MeasuredAccuracies {
  std::vector<double> validation;
  std::vector<double> test;  // of those whose test accuracy was measured
};
// Strings without a finished evaluation are left out.
std::map<Genome, MeasuredAccuracies> AccuraciesByGenome(
    const std::vector<Generation>& generations, const std::vector<EvaluationRow>& evaluations);

}  // namespace genet
