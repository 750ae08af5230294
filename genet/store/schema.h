// The tables of the run store and the way from older versions of them to the current one.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

// "GeNt": tells GeNet's databases from others.
inline constexpr int kApplicationId = 0x47654e74;
inline constexpr int kSchemaVersion = 2;

// All of these throw SQLite::Exception. `path` is for errors.

// The schema version of a database, 1 to kSchemaVersion. An error if it is newer or not GeNet's.
Result<int> SchemaOf(const fs::path& path, SQLite::Database& database);
// Makes the tables in an empty database. To be called within a transaction.
Status MakeTables(const fs::path& path, SQLite::Database& database);
// Brings a database of schema version `from` to kSchemaVersion, or leaves it as it is: an error if
// what it holds cannot be what GeNet wrote.
Status BringUpToDate(const fs::path& path, SQLite::Database& database, int from);

}  // namespace genet
