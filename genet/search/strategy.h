// A strategy says who is born next. It sees the history of the search and nothing else, so that the
// same settings and seed give the same history on any number of workers.
//
// A strategy is a file of its own with one function that describes it, declared at the end of this
// header and named in the list of strategy.cc; nothing else knows it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/random.h"
#include "genet/genome/genome.h"
#include "genet/search/generation.h"
#include "genet/search/objective.h"
#include "genet/search/search_history.h"
#include "genet/search/settings.h"

namespace genet {

// What a strategy breeds from.
struct Breeding {
  const SearchSettings& settings;
  const SearchSpace& space;
  // Of the run. Draws are addressed by what they are for and by whom (base/random.h), never taken
  // from a stream that goes on from one brood to the next.
  RandomKey key;
  const SearchHistory& history;
};

// Individuals that are born together, one or more, of one generation.
struct Brood {
  std::vector<Individual> individuals = {};
  bool uniform_selection = false;  // see Generation; of the first brood of a generation
};

struct Strategy {
  std::string_view name;     // of the setting `strategy`
  std::string_view summary;  // a few words for its help
  // Of `born` individuals so far, how many must be known before the next brood is bred: `born`
  // itself for a strategy of whole generations; less for one that breeds while others are still
  // evaluated. The next brood is bred as soon as so many are known, and sees just these.
  size_t (*awaits)(const SearchSettings& settings, size_t born);
  // The next brood. Generation 0 is the same for all: the individuals of SearchSettings::Start.
  Brood (*breed)(const Breeding& breeding);
  // What it makes better. The first one gives the fitness that is recorded and reported.
  std::vector<Objective> objectives = {AccuracyOf};
};

// Every strategy, in the order in which help lists them.
std::span<const Strategy> Strategies();
// nullptr if there is none of the name.
const Strategy* FindStrategy(std::string_view name);

// A strategy of whole generations.
size_t AwaitAll(const SearchSettings& settings, size_t born);

// Algorithm 1 of the paper (genetic.cc).
Strategy GeneticStrategy();
// The paper's random search, at equal budget (random_search.cc).
Strategy RandomStrategy();

}  // namespace genet
