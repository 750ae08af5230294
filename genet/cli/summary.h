// What a search ends with: its best genome and what it cost.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "genet/execution/run_settings.h"
#include "genet/search/search.h"
#include "genet/store/run_store.h"

namespace genet::cli {

struct SearchSummary {
  Individual best{.genome = Genome(SearchSpace{})};
  // Over the finished evaluations of the best genome.
  std::vector<double> accuracies;
  double mean = 0, deviation = 0, least = 0, most = 0;
  std::vector<double> test_accuracies;  // of the same, if they were recorded

  int generations = 0;  // after the initial population
  int evaluations = 0, diverged = 0, failed = 0;
  int distinct_genomes = 0;
  double evaluation_seconds = 0;  // of one worker each, added up
};

SearchSummary Summarise(const SearchResult& result, const std::vector<EvaluationRow>& evaluations);

nlohmann::json ToJson(const SearchSummary& summary);
// With the drawing and the next commands to try; `run` is the run folder.
std::string ToText(const SearchSummary& summary, const RunSettings& settings,
                   const std::string& run);

// `text` as one word of a shell.
std::string ShellQuoted(const std::string& text);

}  // namespace genet::cli
