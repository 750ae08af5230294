// What a search ends with: its best genome and what it cost.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "genet/report/generation_table.h"
#include "genet/settings/run_settings.h"
#include "genet/store/run_reader.h"

namespace genet::cli {

struct SearchSummary {
  std::optional<BestGenome> best;  // none if no individual has a fitness
  int generations = 0;             // complete ones, after the initial population
  int evaluations = 0, diverged = 0, failed = 0;
  int distinct_genomes = 0;
  double evaluation_seconds = 0;  // of one worker each, added up
};

Result<SearchSummary> Summarise(RunReader& store);

nlohmann::json ToJson(const SearchSummary& summary);
// With the drawing and the next commands to try; `run` is the run folder.
std::string ToText(const SearchSummary& summary, const RunSettings& settings,
                   const std::string& run);

// `text` as one word of a shell.
std::string ShellQuoted(const std::string& text);

}  // namespace genet::cli
