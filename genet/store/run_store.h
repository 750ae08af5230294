// The run store: everything a run knows, in one SQLite file (RUN/run.db).
//
// One process writes; others may read meanwhile (run_reader.h). What a Record call was given is on
// the disk when it returns, so a process killed at any moment loses at most what it had not
// recorded. The schema is described in docs/formats.md; every change of it is a new schema version
// with a migration in schema.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/search/search.h"
#include "genet/store/run_reader.h"

namespace genet {

class RunStore : public RunReader, public SearchJournal {
 public:
  // A new store; an error if `path` exists. The file appears whole: a process killed meanwhile
  // leaves none, or a complete one.
  static Result<RunStore> Create(const fs::path& path, const RunRecord& run);
  // An existing store, brought to the current schema if it is older: in one transaction, so that a
  // process killed meanwhile leaves the older one. Checks that the file is an undamaged database of
  // GeNet.
  static Result<RunStore> Open(const fs::path& path);

  // For a run that shall go on for longer; whoever calls sees to it that the history stays valid.
  Status ReplaceSettings(const std::string& settings);

  // SearchJournal. An evaluation that does not say when it finished is finished now.
  Result<std::optional<Generation>> RecallGeneration(int number) override;
  Result<std::optional<Evaluation>> RecallEvaluation(const EvaluationId& id) override;
  Status RecordBirths(const Generation& generation, size_t first) override;
  Status RecordEvaluation(const EvaluationRequest& request, const Evaluation& evaluation) override;
  Status RecordFitness(const Generation& generation) override;

 private:
  RunStore(fs::path path, std::unique_ptr<SQLite::Database> database);
};

}  // namespace genet
