// One experiment being done: its searches, and the files of what it found.
#pragma once

#include <string>
#include <vector>

#include "genet/experiments/experiment_runner.h"
#include "genet/experiments/history.h"
#include "genet/experiments/reproduce.h"
#include "genet/experiments/transfer.h"
#include "genet/report/analysis.h"
#include "genet/report/figure.h"
#include "genet/report/result_table.h"

namespace genet {

class ExperimentContext {
 public:
  ExperimentContext(const Reproduction& reproduction, ExperimentRunner& its_runner)
      : request(reproduction), runner(its_runner) {}

  // Searches of section 4.1, run now if they have not been.
  Result<RunHistory> Process(int number);
  Result<RunHistory> FromAllZeros();
  Result<RunHistory> Random();
  // One genome trained `repeats` times as a population of its own, on the split of another seed.
  Result<RunHistory> OnAnotherSplit(const std::string& name, const std::string& label,
                                    const Genome& genome);
  // Any search, and one that only trains a single genome.
  Result<RunHistory> Search(const std::string& name, const std::string& label,
                            const RunSettings& settings);
  Result<RunHistory> OneGenome(const std::string& name, const std::string& label,
                               const Genome& genome, RunSettings settings, int trainings);

  // The structures of Table 2: this reproduction's own bests, those of another search, or those
  // that are printed.
  struct Structures {
    std::vector<TransferGenome> genomes;
    std::string source;
  };
  Result<Structures> ChooseStructures();

  // Writes the table, with the conditions and the cost of the searches that it was made of. A table
  // that is not printed is a file only.
  Status Add(ResultTable table, const std::vector<RunHistory>& histories, bool printed = true);
  Status AddFramed(ResultTable table, bool printed = true);
  void Draw(const Figure& figure);
  // Of a figure's title.
  std::string Conditions() const;
  Result<Shape> Input();
  Result<std::vector<SeenGenome>> Seen(const RunHistory& history);

  const Reproduction& request;
  ExperimentRunner& runner;
  Findings findings;

 private:
  Result<RunSettings> SettingsWithSeed(uint64_t seed_offset);
};

}  // namespace genet
