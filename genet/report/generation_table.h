// A run in figures: a table like the paper's Table 1, and what is known of its best genome.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/search/generation.h"
#include "genet/search/statistics.h"
#include "genet/store/run_reader.h"

namespace genet {

// One generation. All accuracies here are fractions; the texts print them in percent.
struct TableRow {
  int generation = 0;
  GenerationStatistics statistics;
  std::string best;  // genome; empty if none has a fitness
  int finished = 0;  // evaluations of this generation
  int diverged = 0;
  int failed = 0;
  bool uniform_selection = false;
};

// Complete generations only.
Result<std::vector<TableRow>> TableOf(RunReader& store);
TableRow RowOf(const Generation& generation, const GenerationStatistics& statistics);

// One line each, without a line's end, so that a search can print rows as generations end:
//   "Gen  Max %  Min %  Avg %  Med %  Std-D  Best Network Structure"
// A row ends with a remark where evaluations diverged or failed or the selection was uniform.
std::string TableHeader();
std::string ToLine(const TableRow& row);
// The whole table with its caption, which says what accuracy it shows and how many evaluations
// did not finish.
std::string ToText(const std::vector<TableRow>& rows);
// A header line and a line a generation, for other programs.
std::string ToCsv(const std::vector<TableRow>& rows);

// The best individual of a run (search/statistics.h), and all finished evaluations of its string in
// the run.
struct BestGenome {
  Genome genome;
  int generation = 0;
  int individual = 0;
  double fitness = 0;
  // Over its evaluations. With fitness shared between strings it may have none of its own.
  int evaluations = 0;
  double mean = 0;
  double min = 0;
  double max = 0;
  // The sample standard deviation (divided by evaluations - 1); none for fewer than two.
  std::optional<double> standard_deviation;
  std::optional<double> test_mean;  // over those whose test accuracy was measured
};

// None before the first generation is complete.
Result<std::optional<BestGenome>> BestOf(RunReader& store);
// "best genome 1-01|...: 71.20 % (3 evaluations: mean 71.20, 70.90 to 71.60 %, std-dev 0.36)".
std::string ToText(const BestGenome& best);

}  // namespace genet
