#include "genet/store/schema.h"

#include <array>
#include <string>

#include "genet/base/check.h"
#include "genet/measures/measures_json.h"
#include "genet/store/database.h"

namespace genet {
namespace {

// What depends on the clock or the machine has tables of its own (run.machine, run.created,
// evaluation_costs, events), so that histories can be compared without it.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE run (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  settings TEXT NOT NULL,
  version TEXT NOT NULL,
  machine TEXT NOT NULL,
  created TEXT NOT NULL
) STRICT;
CREATE TABLE generations (
  generation INTEGER PRIMARY KEY,
  uniform_selection INTEGER NOT NULL
) STRICT;
CREATE TABLE individuals (
  generation INTEGER NOT NULL REFERENCES generations,
  individual INTEGER NOT NULL,
  genome TEXT NOT NULL,
  operation TEXT NOT NULL,
  parents TEXT NOT NULL,         -- JSON arrays of numbers
  swapped_stages TEXT NOT NULL,
  flipped_bits TEXT NOT NULL,
  PRIMARY KEY (generation, individual)
) STRICT, WITHOUT ROWID;
CREATE TABLE evaluations (
  generation INTEGER NOT NULL,
  individual INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('finished', 'diverged', 'failed')),
  accuracy REAL CHECK ((accuracy IS NOT NULL) = (status = 'finished')),
  test_accuracy REAL,
  cause TEXT NOT NULL,
  PRIMARY KEY (generation, individual),
  FOREIGN KEY (generation, individual) REFERENCES individuals
) STRICT, WITHOUT ROWID;
CREATE TABLE evaluation_costs (
  generation INTEGER NOT NULL,
  individual INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  details TEXT NOT NULL,
  PRIMARY KEY (generation, individual),
  FOREIGN KEY (generation, individual) REFERENCES evaluations
) STRICT, WITHOUT ROWID;
-- A generation is complete when it has its rows here.
CREATE TABLE fitness (
  generation INTEGER NOT NULL,
  individual INTEGER NOT NULL,
  fitness REAL,
  PRIMARY KEY (generation, individual),
  FOREIGN KEY (generation, individual) REFERENCES individuals
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* kVersion2 = R"sql(
ALTER TABLE evaluations ADD COLUMN loss REAL;
ALTER TABLE evaluations ADD COLUMN class_hits TEXT NOT NULL DEFAULT '[]';  -- JSON array of numbers
ALTER TABLE evaluations ADD COLUMN parameters INTEGER;
ALTER TABLE evaluations ADD COLUMN multiply_adds INTEGER;
CREATE TABLE curves (
  generation INTEGER NOT NULL,
  individual INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  learning_rate REAL NOT NULL,
  train_loss REAL NOT NULL,
  train_accuracy REAL NOT NULL,
  PRIMARY KEY (generation, individual, epoch),
  FOREIGN KEY (generation, individual) REFERENCES evaluations
) STRICT, WITHOUT ROWID;
ALTER TABLE evaluation_costs RENAME TO version_1_costs;
CREATE TABLE evaluation_costs (
  generation INTEGER NOT NULL,
  individual INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  epochs_resumed INTEGER NOT NULL,
  seconds REAL,
  images_per_second REAL,
  train_seconds_per_image REAL,
  inference_seconds_per_image REAL,
  peak_bytes INTEGER,
  finished TEXT NOT NULL,
  machine TEXT NOT NULL,
  version TEXT NOT NULL,
  PRIMARY KEY (generation, individual),
  FOREIGN KEY (generation, individual) REFERENCES evaluations
) STRICT, WITHOUT ROWID;
-- One row for each thing that was recorded, in that order.
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('run', 'generation', 'evaluation', 'fitness')),
  generation INTEGER REFERENCES generations,
  individual INTEGER,
  FOREIGN KEY (generation, individual) REFERENCES evaluations
) STRICT;
-- In what order a store of version 1 was filled is known but for the evaluations of a generation.
INSERT INTO events (kind, generation, individual)
  SELECT kind, generation, individual FROM (
    SELECT 'run' AS kind, NULL AS generation, NULL AS individual, -1 AS place, 0 AS step FROM run
    UNION ALL SELECT 'generation', generation, NULL, generation, 1 FROM generations
    UNION ALL SELECT 'evaluation', generation, individual, generation, 2 FROM evaluations
    UNION ALL SELECT DISTINCT 'fitness', generation, NULL, generation, 3 FROM fitness)
  ORDER BY place, step, individual;
)sql";

Status ToVersion1(SQLite::Database& database) {
  database.exec(kVersion1);
  return {};
}

// The details, a text that holds JSON, become rows and columns here rather than by SQL: SQLite may
// round the last digit of a number that it reads from JSON.
Status ToVersion2(SQLite::Database& database) {
  database.exec(kVersion2);
  SQLite::Statement old(database,
                        "SELECT generation, individual, attempts, details FROM version_1_costs");
  SQLite::Statement insert_cost(database,
                                "INSERT INTO evaluation_costs (generation, individual, attempts, "
                                "epochs_resumed, seconds, images_per_second, peak_bytes, finished, "
                                "machine, version) VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?)");
  SQLite::Statement insert_record(database, "INSERT INTO curves VALUES (?, ?, ?, ?, ?, ?)");
  while (old.executeStep()) {
    Columns row(old);
    const int64_t generation = row.Whole(), individual = row.Whole(), attempts = row.Whole();
    const Result<Details> details = DetailsFromText(row.Text());
    if (!details) {
      return Failure("of individual {} in generation {}: {}", individual, generation,
                     details.error().message);
    }
    const Cost& cost = details->cost;
    Values(insert_cost)
        .Add(generation)
        .Add(individual)
        .Add(attempts)
        .Add(cost.epochs_resumed)
        .Add(cost.seconds)
        .Add(cost.images_per_second)
        .Add(cost.peak_bytes)
        .Add(cost.machine)
        .Add(cost.version)
        .Run();
    for (const EpochRecord& record : details->curve) {
      Values(insert_record)
          .Add(generation)
          .Add(individual)
          .Add(record.epoch)
          .Add(record.learning_rate)
          .Add(record.train_loss)
          .Add(record.train_accuracy)
          .Run();
    }
  }
  old.reset();
  database.exec("DROP TABLE version_1_costs");
  return {};
}

// kSteps[v] takes version v to v + 1. A released step never changes; a new version appends one.
constexpr std::array<Status (*)(SQLite::Database&), kSchemaVersion> kSteps = {ToVersion1,
                                                                              ToVersion2};

Status Migrate(const fs::path& path, SQLite::Database& database, int from) {
  GENET_CHECK(from >= 0 && from <= kSchemaVersion);
  for (int version = from; version < kSchemaVersion; ++version) {
    if (const Status done = kSteps[version](database); !done) {
      return Damaged(path, done.error().message);
    }
  }
  database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
  database.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  return {};
}

}  // namespace

Result<int> SchemaOf(const fs::path& path, SQLite::Database& database) {
  if (Pragma(database, "application_id") != kApplicationId) {
    return Failure("run store {}: this is not a database of GeNet; choose another run folder",
                   path.string());
  }
  const int version = Pragma(database, "user_version");
  if (version > kSchemaVersion) {
    return Failure(
        "run store {}: written by a newer GeNet (schema {}, this one knows {}); use that version",
        path.string(), version, kSchemaVersion);
  }
  if (version < 1) return Damaged(path, fmt::format("there is no schema {}", version));
  return version;
}

Status MakeTables(const fs::path& path, SQLite::Database& database) {
  return Migrate(path, database, 0);
}

Status BringUpToDate(const fs::path& path, SQLite::Database& database, int from) {
  SQLite::Transaction transaction(database);
  GENET_TRY(Migrate(path, database, from));
  transaction.commit();
  return {};
}

}  // namespace genet
