// What the store of a run holds, for reading; also while a search writes it.
//
// No function here throws: each failure is an Error of one line that names the file and says what
// to do. What cannot be what GeNet wrote (gaps, unknown words, numbers out of range) is such a
// failure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/search/evaluation.h"
#include "genet/search/generation.h"

namespace SQLite {
class Database;  // keeps SQLite out of this header
}

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

// What was recorded after some moment.
struct RunChanges {
  // Grows with everything that is recorded; Since() takes it to give what comes after.
  int64_t sequence = 0;
  std::optional<RunRecord> run = {};         // if it is new or its settings changed
  std::vector<Generation> generations = {};  // that are new or complete since then, whole, in order
  std::vector<EvaluationRow> evaluations = {};  // in the order in which they were recorded
};

// One thread at a time.
class RunReader {
 public:
  // Costs little, however large the store: damage shows where it is read. A store of an older
  // schema is read as it is when it is opened, and stays as it is.
  static Result<RunReader> Open(const fs::path& path);
  static bool Exists(const fs::path& path);

  RunReader(RunReader&&) noexcept;
  RunReader& operator=(RunReader&&) noexcept;
  virtual ~RunReader();

  Result<RunRecord> Run();
  // All generations in order, the last perhaps without its fitnesses.
  Result<std::vector<Generation>> Generations();
  // All evaluations, ordered by generation and individual.
  Result<std::vector<EvaluationRow>> Evaluations();
  // Everything since `sequence`, which is 0 or comes from an earlier call; of one moment, whatever
  // is recorded meanwhile.
  Result<RunChanges> Since(int64_t sequence);

 protected:
  RunReader(fs::path path, std::unique_ptr<SQLite::Database> database);

  Result<std::optional<Generation>> FindGeneration(int number);
  Result<std::optional<Evaluation>> FindEvaluation(const EvaluationId& id);

  fs::path path_;
  std::unique_ptr<SQLite::Database> database_;

 private:
  Result<std::vector<int>> Numbers(const std::string& text) const;
  Result<Generation> ReadGeneration(int number, bool uniform_selection);
  Result<std::vector<EvaluationRow>> ReadEvaluations(const std::string& condition,
                                                     const std::vector<int64_t>& values);
};

}  // namespace genet
