// The figures of one generation, as in the paper's Table 1.
#pragma once

#include <optional>
#include <vector>

#include "genet/search/evaluation.h"
#include "genet/search/generation.h"

namespace genet {

struct GenerationStatistics {
  int count = 0;  // individuals with a fitness; the figures below are over these
  int without_fitness = 0;
  double max = 0;
  double min = 0;
  double mean = 0;
  double median = 0;              // of an even number: the mean of the middle two
  double standard_deviation = 0;  // of these individuals themselves (divided by the count)
  int best = -1;                  // the first individual with the highest fitness
};

// Of a sample (divided by the count less 1); none for fewer than two values.
std::optional<double> SampleDeviation(const std::vector<double>& values);
// Of one value or more; of an even number the mean of the middle two.
double Median(std::vector<double> values);

GenerationStatistics StatisticsOf(const Generation& generation);

// The individual with the highest fitness of a run, whose generations these are from 0 on: in the
// last that has a fitness, as the genetic process ends, or in all of a random search, which are
// draws alike. There a string counts with its last fitness, which is of all its evaluations.
// Complete generations only; of equals the first of the latest. None if none has a fitness.
std::optional<EvaluationId> BestOf(const std::vector<Generation>& generations);

}  // namespace genet
