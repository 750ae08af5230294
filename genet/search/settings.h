// What a search is told (section 3.2, Algorithm 1).
#pragma once

#include <string>

#include "genet/base/error.h"
#include "genet/genome/genome.h"

namespace genet {

struct SearchSettings {
  enum class Start {
    kBernoulli,  // each bit 1 with probability 0.5
    kAllZeros,   // section 4.1.2
    kAround,     // around_genome with around_flips different bits flipped in each individual
  };
  enum class Fitness {
    kMean,       // mean over all evaluations of the string; a repeated string is trained again
    kReuse,      // the first result of a string counts for all its occurrences
    kCanonical,  // as kReuse, shared by all strings of the same network
  };

  std::string strategy = "genetic";     // one of strategy.h's list
  int population = 20;                  // N
  int generations = 50;                 // T, after the initial population
  double mutation_probability = 0.8;    // p_M, of an individual
  double bit_flip_probability = 0.05;   // q_M, of a bit of a mutated individual
  double crossover_probability = 0.2;   // p_C, of a pair
  double stage_swap_probability = 0.2;  // q_C, of a stage of a crossing pair
  Start start = Start::kBernoulli;
  std::string around_genome = {};  // text form or name
  int around_flips = 3;
  Fitness fitness = Fitness::kMean;
};

// What a search needs of its settings, whoever made them. A usage error names the setting, its
// value and what it may be.
Status CheckSettings(const SearchSettings& settings, const SearchSpace& space);

}  // namespace genet
