#include "genet/store/schema.h"

#include <array>
#include <string>

#include "genet/base/check.h"

namespace genet {
namespace {

// What depends on the clock or the machine has tables of its own (run.machine, run.created,
// evaluation_costs), so that histories can be compared without it.
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

// steps[v] takes version v to v + 1. A released step never changes; a new version appends one.
constexpr std::array<const char*, kSchemaVersion> kSteps = {kVersion1};

}  // namespace

void Migrate(SQLite::Database& database, int from) {
  GENET_CHECK(from >= 0 && from <= kSchemaVersion);
  for (int version = from; version < kSchemaVersion; ++version) database.exec(kSteps[version]);
  database.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
  database.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion));
}

}  // namespace genet
