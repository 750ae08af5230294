// SQLite as run stores use it: how a file is opened, rows read and written, failures said in words.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <memory>
#include <optional>
#include <string>

#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

// What SQLite has thrown, in one line that names the file and says what to do.
tl::unexpected<Error> Explain(const fs::path& path, const SQLite::Exception& exception);
// Of a file whose content cannot be what GeNet wrote.
tl::unexpected<Error> Damaged(const fs::path& path, const std::string& what);

// Runs `body` and turns what SQLite throws into an Error.
template <class Body>
auto Guarded(const fs::path& path, Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const SQLite::Exception& exception) {
    return Explain(path, exception);
  }
}

// All of these throw SQLite::Exception.

// The value of a pragma, such as "user_version".
int Pragma(SQLite::Database& database, const char* name);
// Also opens a file in a folder that cannot be written.
std::unique_ptr<SQLite::Database> OpenToRead(const fs::path& path);
// Whatever is committed is on the disk when the call returns.
std::unique_ptr<SQLite::Database> OpenToWrite(const fs::path& path,
                                              int flags = SQLite::OPEN_READWRITE);
// A copy of the database as it is now, in memory.
std::unique_ptr<SQLite::Database> CopyToMemory(SQLite::Database& database);

// The columns of the row at which a statement stands, one after the other.
class Columns {
 public:
  explicit Columns(SQLite::Statement& row) : row_(row) {}

  bool IsNull() const { return row_.getColumn(next_).isNull(); }
  int64_t Whole() { return row_.getColumn(next_++).getInt64(); }
  int Int() { return row_.getColumn(next_++).getInt(); }
  double Real() { return row_.getColumn(next_++).getDouble(); }
  std::string Text() { return row_.getColumn(next_++).getString(); }
  std::optional<double> OptionalReal();
  std::optional<int64_t> OptionalWhole();

 private:
  SQLite::Statement& row_;
  int next_ = 0;
};

// Gives a statement its values, one after the other: Values(insert).Add(1).Add("a").Run().
class Values {
 public:
  explicit Values(SQLite::Statement& statement) : statement_(statement) { statement_.reset(); }

  Values& Add(int value) { return Add(int64_t{value}); }
  Values& Add(int64_t value);
  Values& Add(double value);
  Values& Add(const std::string& value);
  template <class T>
  Values& Add(const std::optional<T>& value) {
    if (value) return Add(*value);
    statement_.bind(next_++);  // NULL
    return *this;
  }
  int Run() { return statement_.exec(); }

 private:
  SQLite::Statement& statement_;
  int next_ = 1;
};

}  // namespace genet
