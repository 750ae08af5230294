// The run store: everything a run knows, in one SQLite file (RUN/run.db).
//
// One process writes; others may read meanwhile. What a Record call was given is on the disk when
// it returns, so a process killed at any moment loses at most what it had not recorded. No function
// here throws: each failure is an Error of one line that names the file and says what to do.
// The schema is described in docs/formats.md; every change of it is a new schema version with
// a migration in schema.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/search/search.h"

namespace genet {

// What a run is and where it began. Written when the store is made; only the settings may change.
struct RunRecord {
  std::string settings;  // JSON text, everything that decides the results
  std::string version;   // of GeNet
  std::string machine;   // JSON text: free to say what is of interest
  std::string created;   // time, ISO 8601
};

// An evaluation as it was recorded.
struct EvaluationRow {
  EvaluationId id;
  Evaluation evaluation;
};

class RunStore : public SearchJournal {
 public:
  enum class Access {
    kWrite,
    kRead,  // also works in a folder that cannot be written
  };

  // A new store; an error if `path` exists. The file appears whole: a process killed meanwhile
  // leaves none, or a complete one.
  static Result<RunStore> Create(const fs::path& path, const RunRecord& run);
  // An existing store, brought to the current schema if it is older (kWrite only). Checks that
  // the file is an undamaged database of GeNet.
  static Result<RunStore> Open(const fs::path& path, Access access = Access::kWrite);
  static bool Exists(const fs::path& path);

  RunStore(RunStore&&) noexcept;
  RunStore& operator=(RunStore&&) noexcept;
  ~RunStore() override;

  // The version of the schema that this program writes.
  static int SchemaVersion();

  Result<RunRecord> Run();
  // For a run that shall go on for longer; whoever calls sees to it that the history stays valid.
  Status ReplaceSettings(const std::string& settings);
  // All generations in order, the last perhaps without its fitnesses.
  Result<std::vector<Generation>> Generations();
  // All evaluations, ordered by generation and individual.
  Result<std::vector<EvaluationRow>> Evaluations();

  // SearchJournal.
  Result<std::optional<Generation>> RecallGeneration(int number) override;
  Result<std::optional<Evaluation>> RecallEvaluation(const EvaluationId& id) override;
  Status RecordGeneration(const Generation& generation) override;
  Status RecordEvaluation(const EvaluationRequest& request, const Evaluation& evaluation) override;
  Status RecordFitness(const Generation& generation) override;

 private:
  struct State;  // keeps SQLite out of this header
  explicit RunStore(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace genet
