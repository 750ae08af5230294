// The tables of the run store and the way from older versions of them to the current one.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

namespace genet {

// "GeNt": tells GeNet's databases from others.
inline constexpr int kApplicationId = 0x47654e74;
inline constexpr int kSchemaVersion = 1;

// Brings a database of schema version `from` (0: empty) to kSchemaVersion. To be called within a
// transaction; throws SQLite::Exception.
void Migrate(SQLite::Database& database, int from);

}  // namespace genet
