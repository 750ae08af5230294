#include "genet/store/database.h"

#include <SQLiteCpp/Backup.h>
#include <sqlite3.h>

namespace genet {
namespace {

// Longer than any transaction of the writer, so that a reader never sees "locked".
constexpr int kBusyMilliseconds = 10000;

}  // namespace

tl::unexpected<Error> Explain(const fs::path& path, const SQLite::Exception& exception) {
  const std::string file = path.string();
  switch (exception.getErrorCode()) {
    case SQLITE_FULL:
      return Failure(
          "run store {}: the disk is full; free some space and run the same command again, nothing "
          "that was recorded is lost",
          file);
    case SQLITE_IOERR:
      return Failure(
          "run store {}: reading or writing failed ({}); see to the disk and its free space and "
          "run the same command again, nothing that was recorded is lost",
          file, exception.what());
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Failure(
          "run store {}: the file is damaged or not a database ({}); restore it from a copy or "
          "start a new run in another folder",
          file, exception.what());
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return Failure(
          "run store {}: cannot be opened as asked ({}); check that the file is there and that you "
          "may read and write it and its folder",
          file, exception.what());
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Failure("run store {}: another process is using it; wait for it to end and try again",
                     file);
    default:
      return Failure("run store {}: {}; if it stays so, restore the file from a copy", file,
                     exception.what());
  }
}

tl::unexpected<Error> Damaged(const fs::path& path, const std::string& what) {
  return Failure("run store {}: {}; restore the file from a copy or start a new run", path.string(),
                 what);
}

int Pragma(SQLite::Database& database, const char* name) {
  return database.execAndGet(std::string("PRAGMA ") + name).getInt();
}

// SQLite reads a database in a folder that cannot be written only if it is told that nobody writes
// it; a log beside the file would then go unread.
std::unique_ptr<SQLite::Database> OpenToRead(const fs::path& path) {
  try {
    auto database =
        std::make_unique<SQLite::Database>(path.string(), SQLite::OPEN_READONLY, kBusyMilliseconds);
    Pragma(*database, "schema_version");
    return database;
  } catch (const SQLite::Exception& exception) {
    std::error_code ignored;
    const fs::path log = path.string() + "-wal";
    const bool log_in_use = fs::exists(log, ignored) && fs::file_size(log, ignored) > 0;
    if (exception.getErrorCode() != SQLITE_CANTOPEN || log_in_use) throw;
  }
  std::string escaped;
  for (const char c : fs::absolute(path).string()) {
    if (c == '%' || c == '?' || c == '#') {
      escaped += fmt::format("%{:02X}", static_cast<int>(c));
    } else {
      escaped += c;
    }
  }
  return std::make_unique<SQLite::Database>("file:" + escaped + "?immutable=1",
                                            SQLite::OPEN_READONLY | SQLite::OPEN_URI);
}

// Durable at each commit: one flush per evaluation is nothing beside the training that it keeps.
// (NORMAL would survive a killed process as well, but could lose the last hours to a power cut.)
std::unique_ptr<SQLite::Database> OpenToWrite(const fs::path& path, int flags) {
  auto database = std::make_unique<SQLite::Database>(path.string(), flags, kBusyMilliseconds);
  database->exec("PRAGMA foreign_keys = ON");
  database->exec("PRAGMA synchronous = FULL");
  return database;
}

std::unique_ptr<SQLite::Database> CopyToMemory(SQLite::Database& database) {
  auto copy =
      std::make_unique<SQLite::Database>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  const int code = SQLite::Backup(*copy, database).executeStep();
  if (code != SQLITE_DONE) throw SQLite::Exception("copying it failed", code);
  return copy;
}

std::optional<double> Columns::OptionalReal() {
  if (!IsNull()) return Real();
  ++next_;
  return std::nullopt;
}

std::optional<int64_t> Columns::OptionalWhole() {
  if (!IsNull()) return Whole();
  ++next_;
  return std::nullopt;
}

Values& Values::Add(int64_t value) {
  statement_.bind(next_++, value);
  return *this;
}

Values& Values::Add(double value) {
  statement_.bind(next_++, value);
  return *this;
}

Values& Values::Add(const std::string& value) {
  statement_.bind(next_++, value);
  return *this;
}

}  // namespace genet
