#include "genet/store/run_store.h"

#include <sqlite3.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "genet/base/check.h"
#include "genet/store/schema.h"

namespace genet {
namespace {

// Longer than any transaction of the writer, so that a reader never sees "locked".
constexpr int kBusyMilliseconds = 10000;

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

// Runs `body` and turns what SQLite throws into an Error.
template <class Body>
auto Guarded(const fs::path& path, Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const SQLite::Exception& exception) {
    return Explain(path, exception);
  }
}

int Pragma(SQLite::Database& database, const char* name) {
  return database.execAndGet(std::string("PRAGMA ") + name).getInt();
}

// Durable at each commit: one flush an evaluation is nothing beside the training that it keeps.
// (NORMAL would survive a killed process as well, but could lose the last hours to a power cut.)
void Configure(SQLite::Database& database) {
  database.setBusyTimeout(kBusyMilliseconds);
  database.exec("PRAGMA foreign_keys = ON");
  database.exec("PRAGMA synchronous = FULL");
}

void BindOptional(SQLite::Statement& statement, int index, const std::optional<double>& value) {
  if (value) {
    statement.bind(index, *value);
  } else {
    statement.bind(index);  // NULL
  }
}

std::optional<double> OptionalDouble(const SQLite::Column& column) {
  if (column.isNull()) return std::nullopt;
  return column.getDouble();
}

std::string ToText(const std::vector<int>& numbers) { return nlohmann::json(numbers).dump(); }

Result<std::vector<int>> NumbersOf(const fs::path& path, const std::string& text) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  std::vector<int> numbers;
  bool good = json.is_array();
  if (good) {
    for (const nlohmann::json& number : json) {
      good = good && number.is_number_integer();
      if (good) numbers.push_back(number.get<int>());
    }
  }
  if (!good) return Damaged(path, fmt::format("'{}' is not a list of numbers", text));
  return numbers;
}

Result<Evaluation> EvaluationOf(const fs::path& path, SQLite::Statement& row, int first) {
  const std::string name = row.getColumn(first).getString();
  const std::optional<Evaluation::Status> status = StatusOfName(name);
  if (!status) return Damaged(path, fmt::format("'{}' is no status of an evaluation", name));
  Evaluation evaluation{.status = *status,
                        .accuracy = OptionalDouble(row.getColumn(first + 1)),
                        .test_accuracy = OptionalDouble(row.getColumn(first + 2)),
                        .cause = row.getColumn(first + 3).getString(),
                        .attempts = row.getColumn(first + 4).getInt(),
                        .details = row.getColumn(first + 5).getString()};
  if (const Status sound = CheckAccuracies(evaluation); !sound) {
    return Damaged(path, sound.error().message);
  }
  return evaluation;
}

constexpr const char* kEvaluationColumns =
    "status, accuracy, test_accuracy, cause, attempts, details "
    "FROM evaluations JOIN evaluation_costs USING (generation, individual)";

// SQLite reads a database in a folder that cannot be written only if it is told that nobody writes
// it; a log beside the file would then go unread.
Result<std::unique_ptr<SQLite::Database>> OpenReadOnly(const fs::path& path) {
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

}  // namespace

struct RunStore::State {
  fs::path path;
  std::unique_ptr<SQLite::Database> database;

  Result<Generation> ReadGeneration(int number, bool uniform_selection);
};

RunStore::RunStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
RunStore::RunStore(RunStore&&) noexcept = default;
RunStore& RunStore::operator=(RunStore&&) noexcept = default;
RunStore::~RunStore() = default;

int RunStore::SchemaVersion() { return kSchemaVersion; }

bool RunStore::Exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Result<RunStore> RunStore::Create(const fs::path& path, const RunRecord& run) {
  if (Exists(path)) {
    return Failure("run store {}: the file exists already; resume it, or choose another folder",
                   path.string());
  }
  // Made under another name, so that a store never lacks its run or its tables.
  const fs::path draft = path.string() + ".new";
  std::error_code error;
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
    fs::remove(draft.string() + suffix, error);
  }
  GENET_TRY(Guarded(path, [&]() -> Status {
    SQLite::Database database(draft.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    Configure(database);
    SQLite::Transaction transaction(database);
    Migrate(database, 0);
    SQLite::Statement insert(database, "INSERT INTO run VALUES (1, ?, ?, ?, ?)");
    insert.bind(1, run.settings);
    insert.bind(2, run.version);
    insert.bind(3, run.machine);
    insert.bind(4, run.created);
    insert.exec();
    transaction.commit();
    return {};
  }));
  fs::rename(draft, path, error);
  if (error) return Failure("run store {}: cannot be made ({})", path.string(), error.message());
  return Open(path);
}

Result<RunStore> RunStore::Open(const fs::path& path, Access access) {
  if (!Exists(path)) {
    return Failure("run store {}: there is no such file; check the run folder's name",
                   path.string());
  }
  return Guarded(path, [&]() -> Result<RunStore> {
    auto state = std::make_unique<State>();
    state->path = path;
    if (access == Access::kRead) {
      GENET_ASSIGN(state->database, OpenReadOnly(path));
    } else {
      state->database = std::make_unique<SQLite::Database>(path.string(), SQLite::OPEN_READWRITE);
      Configure(*state->database);
    }
    SQLite::Database& database = *state->database;

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
    const std::string check = database.execAndGet("PRAGMA quick_check(1)").getString();
    if (check != "ok") return Damaged(path, "the file is damaged (" + check + ")");
    if (access == Access::kWrite) {
      database.exec("PRAGMA journal_mode = WAL");
      if (version < kSchemaVersion) {
        SQLite::Transaction transaction(database);
        Migrate(database, version);
        transaction.commit();
      }
    } else if (version < kSchemaVersion) {
      return Failure(
          "run store {}: written by an older GeNet (schema {}); resume the run once to bring it up "
          "to date",
          path.string(), version);
    }
    return RunStore(std::move(state));
  });
}

Result<RunRecord> RunStore::Run() {
  return Guarded(state_->path, [&]() -> Result<RunRecord> {
    SQLite::Statement query(*state_->database,
                            "SELECT settings, version, machine, created FROM run");
    if (!query.executeStep()) return Damaged(state_->path, "it lacks the run's settings");
    return RunRecord{.settings = query.getColumn(0).getString(),
                     .version = query.getColumn(1).getString(),
                     .machine = query.getColumn(2).getString(),
                     .created = query.getColumn(3).getString()};
  });
}

Status RunStore::ReplaceSettings(const std::string& settings) {
  return Guarded(state_->path, [&]() -> Status {
    SQLite::Statement update(*state_->database, "UPDATE run SET settings = ?");
    update.bind(1, settings);
    if (update.exec() != 1) return Damaged(state_->path, "it lacks the run's settings");
    return {};
  });
}

Result<Generation> RunStore::State::ReadGeneration(int number, bool uniform_selection) {
  Generation generation{.number = number, .uniform_selection = uniform_selection};
  SQLite::Statement query(*database,
                          "SELECT genome, operation, parents, swapped_stages, flipped_bits, "
                          "fitness, fitness.generation IS NOT NULL "
                          "FROM individuals LEFT JOIN fitness USING (generation, individual) "
                          "WHERE individuals.generation = ? ORDER BY individual");
  query.bind(1, number);
  while (query.executeStep()) {
    const std::string text = query.getColumn(0).getString();
    Result<Genome> genome = Genome::Parse(text);
    if (!genome) return Damaged(path, fmt::format("'{}' is no genome", text));
    const std::optional<Operation> operation = OperationOfName(query.getColumn(1).getString());
    if (!operation) return Damaged(path, "it names an unknown operation");
    Individual individual{.genome = *std::move(genome), .operation = *operation};
    GENET_ASSIGN(individual.parents, NumbersOf(path, query.getColumn(2).getString()));
    GENET_ASSIGN(individual.swapped_stages, NumbersOf(path, query.getColumn(3).getString()));
    GENET_ASSIGN(individual.flipped_bits, NumbersOf(path, query.getColumn(4).getString()));
    individual.fitness = OptionalDouble(query.getColumn(5));
    generation.complete = query.getColumn(6).getInt() != 0;
    generation.individuals.push_back(std::move(individual));
  }
  return generation;
}

Result<std::vector<Generation>> RunStore::Generations() {
  return Guarded(state_->path, [&]() -> Result<std::vector<Generation>> {
    std::vector<Generation> generations;
    SQLite::Statement query(
        *state_->database,
        "SELECT generation, uniform_selection FROM generations ORDER BY generation");
    while (query.executeStep()) {
      GENET_ASSIGN(Generation generation, state_->ReadGeneration(query.getColumn(0).getInt(),
                                                                 query.getColumn(1).getInt() != 0));
      generations.push_back(std::move(generation));
    }
    return generations;
  });
}

Result<std::vector<EvaluationRow>> RunStore::Evaluations() {
  return Guarded(state_->path, [&]() -> Result<std::vector<EvaluationRow>> {
    std::vector<EvaluationRow> rows;
    SQLite::Statement query(*state_->database, std::string("SELECT generation, individual, ") +
                                                   kEvaluationColumns +
                                                   " ORDER BY generation, individual");
    while (query.executeStep()) {
      const EvaluationId id{query.getColumn(0).getInt(), query.getColumn(1).getInt()};
      GENET_ASSIGN(Evaluation evaluation, EvaluationOf(state_->path, query, 2));
      rows.push_back({id, std::move(evaluation)});
    }
    return rows;
  });
}

Result<std::optional<Generation>> RunStore::RecallGeneration(int number) {
  return Guarded(state_->path, [&]() -> Result<std::optional<Generation>> {
    SQLite::Statement query(*state_->database,
                            "SELECT uniform_selection FROM generations WHERE generation = ?");
    query.bind(1, number);
    if (!query.executeStep()) return std::nullopt;
    return state_->ReadGeneration(number, query.getColumn(0).getInt() != 0);
  });
}

Result<std::optional<Evaluation>> RunStore::RecallEvaluation(const EvaluationId& id) {
  return Guarded(state_->path, [&]() -> Result<std::optional<Evaluation>> {
    SQLite::Statement query(*state_->database, std::string("SELECT ") + kEvaluationColumns +
                                                   " WHERE generation = ? AND individual = ?");
    query.bind(1, id.generation);
    query.bind(2, id.individual);
    if (!query.executeStep()) return std::nullopt;
    GENET_ASSIGN(Evaluation evaluation, EvaluationOf(state_->path, query, 0));
    return evaluation;
  });
}

Status RunStore::RecordGeneration(const Generation& generation) {
  return Guarded(state_->path, [&]() -> Status {
    SQLite::Database& database = *state_->database;
    SQLite::Transaction transaction(database);
    SQLite::Statement insert(database, "INSERT INTO generations VALUES (?, ?)");
    insert.bind(1, generation.number);
    insert.bind(2, generation.uniform_selection ? 1 : 0);
    insert.exec();
    SQLite::Statement insert_individual(database,
                                        "INSERT INTO individuals VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < generation.individuals.size(); ++i) {
      const Individual& individual = generation.individuals[i];
      insert_individual.reset();
      insert_individual.bind(1, generation.number);
      insert_individual.bind(2, static_cast<int>(i));
      insert_individual.bind(3, individual.genome.ToString());
      insert_individual.bind(4, std::string(Name(individual.operation)));
      insert_individual.bind(5, ToText(individual.parents));
      insert_individual.bind(6, ToText(individual.swapped_stages));
      insert_individual.bind(7, ToText(individual.flipped_bits));
      insert_individual.exec();
    }
    transaction.commit();
    return {};
  });
}

Status RunStore::RecordEvaluation(const EvaluationRequest& request, const Evaluation& evaluation) {
  return Guarded(state_->path, [&]() -> Status {
    SQLite::Database& database = *state_->database;
    SQLite::Transaction transaction(database);
    SQLite::Statement insert(database, "INSERT INTO evaluations VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind(1, request.id.generation);
    insert.bind(2, request.id.individual);
    insert.bind(3, std::string(Name(evaluation.status)));
    BindOptional(insert, 4, evaluation.accuracy);
    BindOptional(insert, 5, evaluation.test_accuracy);
    insert.bind(6, evaluation.cause);
    insert.exec();
    SQLite::Statement insert_cost(database, "INSERT INTO evaluation_costs VALUES (?, ?, ?, ?)");
    insert_cost.bind(1, request.id.generation);
    insert_cost.bind(2, request.id.individual);
    insert_cost.bind(3, evaluation.attempts);
    insert_cost.bind(4, evaluation.details);
    insert_cost.exec();
    transaction.commit();
    return {};
  });
}

Status RunStore::RecordFitness(const Generation& generation) {
  return Guarded(state_->path, [&]() -> Status {
    SQLite::Database& database = *state_->database;
    SQLite::Transaction transaction(database);
    SQLite::Statement insert(database, "INSERT INTO fitness VALUES (?, ?, ?)");
    for (size_t i = 0; i < generation.individuals.size(); ++i) {
      insert.reset();
      insert.bind(1, generation.number);
      insert.bind(2, static_cast<int>(i));
      BindOptional(insert, 3, generation.individuals[i].fitness);
      insert.exec();
    }
    transaction.commit();
    return {};
  });
}

}  // namespace genet
