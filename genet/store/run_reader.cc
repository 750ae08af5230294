#include "genet/store/run_reader.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "genet/store/database.h"
#include "genet/store/schema.h"

namespace genet {
namespace {

std::string PlaceOf(const EvaluationId& id) {
  return fmt::format("individual {} of generation {}", id.individual, id.generation);
}

constexpr const char* kEvaluations =
    "SELECT generation, individual, individuals.genome IS NULL OR generations.generation IS "
    "NULL, evaluation_costs.attempts IS NULL, "
    "status, cause, accuracy, loss, test_accuracy, class_hits, parameters, multiply_adds, "
    "attempts, epochs_resumed, seconds, images_per_second, train_seconds_per_image, "
    "inference_seconds_per_image, peak_bytes, finished, machine, version "
    "FROM evaluations LEFT JOIN evaluation_costs USING (generation, individual) "
    "LEFT JOIN individuals USING (generation, individual) LEFT JOIN generations USING "
    "(generation) ";

// A parent is counted from the first individual of the generation before (generation.h).
Status CheckParents(const std::vector<Generation>& generations) {
  int64_t born_before = 0;  // the generation before
  for (size_t t = 0; t < generations.size(); ++t) {
    const auto& individuals = generations[t].individuals;
    const auto previous = static_cast<int64_t>(t > 0 ? generations[t - 1].individuals.size() : 0);
    for (size_t i = 0; i < individuals.size(); ++i) {
      for (const int parent : individuals[i].parents) {
        if (parent >= -born_before && parent < previous + static_cast<int64_t>(i)) continue;
        return Failure("{} has the parent {}, who was not born before it",
                       PlaceOf({static_cast<int>(t), static_cast<int>(i)}), parent);
      }
    }
    born_before += previous;
  }
  return {};
}

// Stages or bits of a genome.
bool AllBelow(int bound, const std::vector<int>& numbers) {
  for (const int number : numbers) {
    if (number < 0 || number >= bound) return false;
  }
  return true;
}

}  // namespace

RunReader::RunReader(fs::path path, std::unique_ptr<SQLite::Database> database)
    : path_(std::move(path)), database_(std::move(database)) {}
RunReader::RunReader(RunReader&&) noexcept = default;
RunReader& RunReader::operator=(RunReader&&) noexcept = default;
RunReader::~RunReader() = default;

bool RunReader::Exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Result<RunReader> RunReader::Open(const fs::path& path) {
  if (!Exists(path)) {
    return Failure("run store {}: there is no such file; check the run folder's name",
                   path.string());
  }
  return Guarded(path, [&]() -> Result<RunReader> {
    std::unique_ptr<SQLite::Database> database = OpenToRead(path);
    GENET_ASSIGN(const int version, SchemaOf(path, *database));
    if (version < kSchemaVersion) {
      database = CopyToMemory(*database);
      GENET_TRY(BringUpToDate(path, *database, version));
    }
    return RunReader(path, std::move(database));
  });
}

Result<RunRecord> RunReader::Run() {
  return Guarded(path_, [&]() -> Result<RunRecord> {
    SQLite::Statement query(*database_, "SELECT settings, version, machine, created FROM run");
    if (!query.executeStep()) return Damaged(path_, "it lacks the run's settings");
    Columns row(query);
    RunRecord run;
    for (std::string* text : {&run.settings, &run.version, &run.machine, &run.created}) {
      *text = row.Text();
    }
    return run;
  });
}

Result<std::vector<int>> RunReader::Numbers(const std::string& text) const {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  std::vector<int> numbers;
  bool good = json.is_array();
  if (good) {
    for (const nlohmann::json& number : json) {
      good = good && number.is_number_integer() && std::in_range<int>(number.get<int64_t>());
      if (good) numbers.push_back(number.get<int>());
    }
  }
  if (!good) return Damaged(path_, fmt::format("'{}' is not a list of numbers", text));
  return numbers;
}

Result<Generation> RunReader::ReadGeneration(int number, bool uniform_selection) {
  Generation generation{.number = number, .uniform_selection = uniform_selection};
  SQLite::Statement query(*database_,
                          "SELECT individual, genome, operation, parents, swapped_stages, "
                          "flipped_bits, fitness, fitness.generation IS NOT NULL "
                          "FROM individuals LEFT JOIN fitness USING (generation, individual) "
                          "WHERE individuals.generation = ? ORDER BY individual");
  query.bind(1, number);
  while (query.executeStep()) {
    const EvaluationId id{number, static_cast<int>(generation.individuals.size())};
    Columns row(query);
    if (row.Whole() != id.individual) return Damaged(path_, PlaceOf(id) + " is missing");
    const std::string text = row.Text();
    Result<Genome> genome = Genome::Parse(text);
    if (!genome) return Damaged(path_, fmt::format("'{}' is no genome", text));
    const std::string word = row.Text();
    const std::optional<Operation> operation = OperationOfName(word);
    if (!operation) return Damaged(path_, fmt::format("'{}' is no operation", word));
    Individual individual{.genome = *std::move(genome), .operation = *operation};
    GENET_ASSIGN(individual.parents, Numbers(row.Text()));
    GENET_ASSIGN(individual.swapped_stages, Numbers(row.Text()));
    GENET_ASSIGN(individual.flipped_bits, Numbers(row.Text()));
    if (!AllBelow(individual.genome.space().stages(), individual.swapped_stages) ||
        !AllBelow(individual.genome.size(), individual.flipped_bits)) {
      return Damaged(path_, PlaceOf(id) + " names stages or bits that its genome does not have");
    }
    individual.fitness = row.OptionalReal();
    if (individual.fitness && !std::isfinite(*individual.fitness)) {
      return Damaged(path_, PlaceOf(id) + " has a fitness that is not finite");
    }
    const bool complete = row.Int() != 0;
    if (id.individual > 0 && complete != generation.complete) {
      return Damaged(path_, fmt::format("generation {} has fitnesses of a part only", number));
    }
    generation.complete = complete;
    generation.individuals.push_back(std::move(individual));
  }
  if (generation.individuals.empty()) {
    return Damaged(path_, fmt::format("generation {} has no individuals", number));
  }
  return generation;
}

Result<std::vector<Generation>> RunReader::Generations() {
  return Guarded(path_, [&]() -> Result<std::vector<Generation>> {
    std::vector<Generation> generations;
    SQLite::Statement query(
        *database_, "SELECT generation, uniform_selection FROM generations ORDER BY generation");
    while (query.executeStep()) {
      Columns row(query);
      const int number = static_cast<int>(generations.size());
      if (row.Whole() != number) {
        return Damaged(path_, fmt::format("generation {} is missing", number));
      }
      GENET_ASSIGN(Generation generation, ReadGeneration(number, row.Int() != 0));
      generations.push_back(std::move(generation));
    }
    if (const Status sound = CheckParents(generations); !sound) {
      return Damaged(path_, sound.error().message);
    }
    return generations;
  });
}

Result<std::optional<Generation>> RunReader::FindGeneration(int number) {
  return Guarded(path_, [&]() -> Result<std::optional<Generation>> {
    SQLite::Statement query(*database_,
                            "SELECT uniform_selection FROM generations WHERE generation = ?");
    query.bind(1, number);
    if (!query.executeStep()) return std::nullopt;
    return ReadGeneration(number, query.getColumn(0).getInt() != 0);
  });
}

Result<std::vector<EvaluationRow>> RunReader::ReadEvaluations(const std::string& condition,
                                                              const std::vector<int64_t>& values) {
  std::vector<EvaluationRow> rows;
  SQLite::Statement query(*database_, kEvaluations + condition);
  SQLite::Statement curve(*database_,
                          "SELECT epoch, learning_rate, train_loss, train_accuracy FROM curves "
                          "WHERE generation = ? AND individual = ? ORDER BY epoch");
  for (size_t i = 0; i < values.size(); ++i) query.bind(static_cast<int>(i) + 1, values[i]);
  while (query.executeStep()) {
    Columns row(query);
    const int64_t generation = row.Whole(), individual = row.Whole();
    if (!std::in_range<int>(generation) || !std::in_range<int>(individual)) {
      return Damaged(
          path_, fmt::format("there is no individual {} of generation {}", individual, generation));
    }
    EvaluationRow read{.id = {static_cast<int>(generation), static_cast<int>(individual)},
                       .evaluation = {}};
    auto& [status, measures, cause, records, cost] = read.evaluation;
    if (row.Int() != 0) return Damaged(path_, PlaceOf(read.id) + " is missing, though evaluated");
    if (row.Int() != 0) return Damaged(path_, PlaceOf(read.id) + " lacks the cost it had");
    const std::string name = row.Text();
    const std::optional<Evaluation::Status> known = StatusOfName(name);
    if (!known) return Damaged(path_, fmt::format("'{}' is no status of an evaluation", name));
    status = *known;
    cause = row.Text();
    measures.accuracy = row.OptionalReal();
    measures.loss = row.OptionalReal();
    measures.test_accuracy = row.OptionalReal();
    GENET_ASSIGN(const std::vector<int> hits, Numbers(row.Text()));
    measures.class_hits.assign(hits.begin(), hits.end());
    measures.parameters = row.OptionalWhole();
    measures.multiply_adds = row.OptionalWhole();
    cost.attempts = row.Int();
    cost.epochs_resumed = row.Int();
    cost.seconds = row.OptionalReal();
    cost.images_per_second = row.OptionalReal();
    cost.train_seconds_per_image = row.OptionalReal();
    cost.inference_seconds_per_image = row.OptionalReal();
    cost.peak_bytes = row.OptionalWhole();
    cost.finished = row.Text();
    cost.machine = row.Text();
    cost.version = row.Text();

    curve.reset();
    curve.bind(1, read.id.generation);
    curve.bind(2, read.id.individual);
    while (curve.executeStep()) {
      Columns record(curve);
      records.push_back({record.Int(), record.Real(), record.Real(), record.Real()});
    }
    if (const Status sound = CheckEvaluation(read.evaluation); !sound) {
      return Damaged(path_, fmt::format("{}: {}", PlaceOf(read.id), sound.error().message));
    }
    rows.push_back(std::move(read));
  }
  return rows;
}

Result<std::vector<EvaluationRow>> RunReader::Evaluations() {
  return Guarded(path_, [&] { return ReadEvaluations("ORDER BY generation, individual", {}); });
}

Result<std::optional<Evaluation>> RunReader::FindEvaluation(const EvaluationId& id) {
  return Guarded(path_, [&]() -> Result<std::optional<Evaluation>> {
    GENET_ASSIGN(
        std::vector<EvaluationRow> rows,
        ReadEvaluations("WHERE generation = ? AND individual = ?", {id.generation, id.individual}));
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front().evaluation);
  });
}

Result<RunChanges> RunReader::Since(int64_t sequence) {
  return Guarded(path_, [&]() -> Result<RunChanges> {
    const SQLite::Transaction moment(*database_);  // all that follows is read as of one moment
    RunChanges changes;
    SQLite::Statement latest(*database_,
                             "SELECT MAX(sequence), MAX(sequence) FILTER (WHERE kind = 'run') "
                             "FROM events");
    latest.executeStep();
    changes.sequence = latest.getColumn(0).getInt64();
    if (latest.getColumn(1).getInt64() > sequence) {
      GENET_ASSIGN(changes.run, Run());
    }
    SQLite::Statement query(*database_,
                            "SELECT generation, uniform_selection FROM generations WHERE "
                            "generation IN (SELECT generation FROM events WHERE sequence > ? AND "
                            "kind IN ('generation', 'fitness')) ORDER BY generation");
    query.bind(1, sequence);
    while (query.executeStep()) {
      Columns row(query);
      const int number = row.Int();
      GENET_ASSIGN(Generation generation, ReadGeneration(number, row.Int() != 0));
      changes.generations.push_back(std::move(generation));
    }
    GENET_ASSIGN(changes.evaluations,
                 ReadEvaluations("JOIN events USING (generation, individual) "
                                 "WHERE events.sequence > ? ORDER BY events.sequence",
                                 {sequence}));
    return changes;
  });
}

}  // namespace genet
