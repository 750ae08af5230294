#include "genet/store/run_store.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "genet/base/date.h"
#include "genet/store/database.h"
#include "genet/store/schema.h"

namespace genet {
namespace {

std::string ToText(const auto& numbers) { return nlohmann::json(numbers).dump(); }

// To be called within the transaction that records the thing itself.
void RecordEvent(SQLite::Database& database, const std::string& kind,
                 std::optional<int64_t> generation = {}, std::optional<int64_t> individual = {}) {
  SQLite::Statement insert(database,
                           "INSERT INTO events (kind, generation, individual) VALUES (?, ?, ?)");
  Values(insert).Add(kind).Add(generation).Add(individual).Run();
}

// Throws SQLite::Exception.
Status MakeStore(const fs::path& path, const RunRecord& run) {
  const auto database = OpenToWrite(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  SQLite::Transaction transaction(*database);
  GENET_TRY(MakeTables(path, *database));
  SQLite::Statement insert(*database, "INSERT INTO run VALUES (1, ?, ?, ?, ?)");
  Values(insert).Add(run.settings).Add(run.version).Add(run.machine).Add(run.created).Run();
  RecordEvent(*database, "run");
  transaction.commit();
  return {};
}

}  // namespace

RunStore::RunStore(fs::path path, std::unique_ptr<SQLite::Database> database)
    : RunReader(std::move(path), std::move(database)) {}

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
  GENET_TRY(Guarded(path, [&] { return MakeStore(draft, run); }));
  fs::rename(draft, path, error);
  if (error) return Failure("run store {}: cannot be made ({})", path.string(), error.message());
  return Open(path);
}

Result<RunStore> RunStore::Open(const fs::path& path) {
  if (!Exists(path)) {
    return Failure("run store {}: there is no such file; check the run folder's name",
                   path.string());
  }
  return Guarded(path, [&]() -> Result<RunStore> {
    std::unique_ptr<SQLite::Database> database = OpenToWrite(path);
    GENET_ASSIGN(const int version, SchemaOf(path, *database));
    const std::string check = database->execAndGet("PRAGMA quick_check(1)").getString();
    if (check != "ok") return Damaged(path, "the file is damaged (" + check + ")");
    database->exec("PRAGMA journal_mode = WAL");
    if (version < kSchemaVersion) GENET_TRY(BringUpToDate(path, *database, version));
    return RunStore(path, std::move(database));
  });
}

Status RunStore::ReplaceSettings(const std::string& settings) {
  return Guarded(path_, [&]() -> Status {
    SQLite::Transaction transaction(*database_);
    SQLite::Statement update(*database_, "UPDATE run SET settings = ?");
    if (Values(update).Add(settings).Run() != 1) {
      return Damaged(path_, "it lacks the run's settings");
    }
    RecordEvent(*database_, "run");
    transaction.commit();
    return {};
  });
}

Result<std::optional<Generation>> RunStore::RecallGeneration(int number) {
  return FindGeneration(number);
}

Result<std::optional<Evaluation>> RunStore::RecallEvaluation(const EvaluationId& id) {
  return FindEvaluation(id);
}

Status RunStore::RecordBirths(const Generation& generation, size_t first) {
  return Guarded(path_, [&]() -> Status {
    SQLite::Transaction transaction(*database_);
    if (first == 0) {
      SQLite::Statement insert(*database_, "INSERT INTO generations VALUES (?, ?)");
      Values(insert).Add(generation.number).Add(generation.uniform_selection ? 1 : 0).Run();
    }
    SQLite::Statement insert_individual(*database_,
                                        "INSERT INTO individuals VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (size_t i = first; i < generation.individuals.size(); ++i) {
      const Individual& individual = generation.individuals[i];
      Values(insert_individual)
          .Add(generation.number)
          .Add(static_cast<int64_t>(i))
          .Add(individual.genome.ToString())
          .Add(std::string(Name(individual.operation)))
          .Add(ToText(individual.parents))
          .Add(ToText(individual.swapped_stages))
          .Add(ToText(individual.flipped_bits))
          .Run();
    }
    RecordEvent(*database_, "generation", generation.number);
    transaction.commit();
    return {};
  });
}

Status RunStore::RecordEvaluation(const EvaluationRequest& request, const Evaluation& evaluation) {
  // SQLite would make a NaN a NULL.
  if (const Status sound = CheckEvaluation(evaluation); !sound) {
    return Failure("run store {}: {}", path_.string(), sound.error().message);
  }
  return Guarded(path_, [&]() -> Status {
    const auto& [status, measures, cause, curve, cost] = evaluation;
    const auto& [generation, individual] = request.id;
    SQLite::Transaction transaction(*database_);
    SQLite::Statement insert(
        *database_,
        "INSERT INTO evaluations (generation, individual, status, cause, "
        "accuracy, loss, test_accuracy, class_hits, parameters, multiply_adds) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    Values(insert)
        .Add(generation)
        .Add(individual)
        .Add(std::string(Name(status)))
        .Add(cause)
        .Add(measures.accuracy)
        .Add(measures.loss)
        .Add(measures.test_accuracy)
        .Add(ToText(measures.class_hits))
        .Add(measures.parameters)
        .Add(measures.multiply_adds)
        .Run();
    SQLite::Statement insert_cost(
        *database_, "INSERT INTO evaluation_costs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    Values(insert_cost)
        .Add(generation)
        .Add(individual)
        .Add(cost.attempts)
        .Add(cost.epochs_resumed)
        .Add(cost.seconds)
        .Add(cost.images_per_second)
        .Add(cost.train_seconds_per_image)
        .Add(cost.inference_seconds_per_image)
        .Add(cost.peak_bytes)
        .Add(cost.finished.empty() ? UtcNow() : cost.finished)
        .Add(cost.machine)
        .Add(cost.version)
        .Run();
    SQLite::Statement insert_record(*database_, "INSERT INTO curves VALUES (?, ?, ?, ?, ?, ?)");
    for (const EpochRecord& record : curve) {
      Values(insert_record)
          .Add(generation)
          .Add(individual)
          .Add(record.epoch)
          .Add(record.learning_rate)
          .Add(record.train_loss)
          .Add(record.train_accuracy)
          .Run();
    }
    RecordEvent(*database_, "evaluation", generation, individual);
    transaction.commit();
    return {};
  });
}

Status RunStore::RecordFitness(const Generation& generation) {
  return Guarded(path_, [&]() -> Status {
    SQLite::Transaction transaction(*database_);
    SQLite::Statement insert(*database_, "INSERT INTO fitness VALUES (?, ?, ?)");
    for (size_t i = 0; i < generation.individuals.size(); ++i) {
      Values(insert)
          .Add(generation.number)
          .Add(static_cast<int64_t>(i))
          .Add(generation.individuals[i].fitness)
          .Run();
    }
    RecordEvent(*database_, "fitness", generation.number);
    transaction.commit();
    return {};
  });
}

}  // namespace genet
