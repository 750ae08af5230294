// The genetic operators of section 3.2, as plain functions of their arguments and a random key.
//
// Each draw is addressed by the key and the place of the individual or pair, so the result for one
// place never depends on what was drawn for another.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/random.h"
#include "genet/genome/genome.h"
#include "genet/search/generation.h"
#include "genet/search/settings.h"

namespace genet {

// Each bit 1 with probability 0.5.
Genome RandomGenome(const SearchSpace& space, RandomKey key);

// Section 3.2.1, or another start (SearchSettings::Start). The settings must have passed
// CheckSettings().
std::vector<Individual> InitialPopulation(const SearchSettings& settings, const SearchSpace& space,
                                          RandomKey key);

struct Selection {
  std::vector<int> parents = {};  // for each new individual, its index in the old generation
  bool uniform = false;           // all fitnesses were equal, so each was as likely as the other
};

// Section 3.2.2: a Russian roulette with weights r - r_min, `count` draws with replacement. An
// individual without a fitness is never drawn and does not count for r_min. At least one must have
// a fitness. Where all are equal the paper's formula is undefined (every weight 0): the draw is
// then uniform over those that have a fitness.
Selection SelectByRoulette(std::span<const std::optional<double>> fitness, int count,
                           RandomKey key);

// Section 3.2.3, crossover: each pair of places (1,2), (3,4), ... (counted from 1) crosses with
// probability p_C, and then swaps each whole stage with probability q_C. Without a partner the last
// of an odd population is left alone. Both of a crossing pair become kCrossover.
void CrossOver(std::vector<Individual>& population, double crossover_probability,
               double stage_swap_probability, RandomKey key);

// Section 3.2.3, mutation: each individual that did not cross over mutates with probability p_M,
// and then flips each bit with probability q_M.
void Mutate(std::vector<Individual>& population, double mutation_probability,
            double bit_flip_probability, RandomKey key);

}  // namespace genet
