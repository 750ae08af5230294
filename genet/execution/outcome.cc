#include "genet/execution/outcome.h"

#include "genet/base/json_reader.h"
#include "genet/measures/measures_json.h"

namespace genet {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 2;

void GetStatus(JsonReader& reader, Evaluation& evaluation) {
  std::string name;
  reader.Get("status", name);
  const std::optional<Evaluation::Status> status = StatusOfName(name);
  // A worker that could not do its evaluation leaves no outcome.
  if (!status || *status == Evaluation::Status::kFailed) {
    return reader.Fail(fmt::format("status '{}' is unknown", name));
  }
  evaluation.status = *status;
}

Result<Outcome> OutcomeFromJson(const Json& json) {
  Outcome outcome;
  Evaluation& evaluation = outcome.evaluation;
  JsonReader reader(json, "outcome");
  int version = 0;
  reader.Get("version", version, {kVersion, kVersion});
  reader.Get("fingerprint", outcome.fingerprint);
  GetStatus(reader, evaluation);
  reader.Get("cause", evaluation.cause);
  const Json& measures = reader.Member("measures");
  const Json& curve = reader.Member("curve");
  const Json& cost = reader.Member("cost");
  GENET_TRY(reader.Finish());
  GENET_ASSIGN(evaluation.measures, MeasuresFromJson(measures));
  GENET_ASSIGN(evaluation.curve, CurveFromJson(curve));
  GENET_ASSIGN(evaluation.cost, CostFromJson(cost));
  return outcome;
}

// Version 1 had no number, and most of what was measured in a text.
Result<Outcome> OutcomeFromVersion1(const Json& json) {
  Outcome outcome;
  Evaluation& evaluation = outcome.evaluation;
  JsonReader reader(json, "outcome");
  std::string text;
  reader.Get("fingerprint", outcome.fingerprint);
  GetStatus(reader, evaluation);
  reader.Get("cause", evaluation.cause);
  reader.Get("accuracy", evaluation.measures.accuracy);
  reader.Get("test_accuracy", evaluation.measures.test_accuracy);
  reader.Get("details", text);
  GENET_TRY(reader.Finish());
  GENET_ASSIGN(Details details, DetailsFromText(text));
  evaluation.curve = std::move(details.curve);
  evaluation.cost = std::move(details.cost);
  return outcome;
}

}  // namespace

Status WriteOutcome(const fs::path& path, const Outcome& outcome) {
  const Evaluation& evaluation = outcome.evaluation;
  const Json json = {{"version", kVersion},
                     {"fingerprint", outcome.fingerprint},
                     {"status", Name(evaluation.status)},
                     {"cause", evaluation.cause},
                     {"measures", ToJson(evaluation.measures)},
                     {"curve", CurveToJson(evaluation.curve)},
                     {"cost", ToJson(evaluation.cost)}};
  return WriteFileAtomically(path, json.dump(1) + "\n");
}

Result<Outcome> ReadOutcome(const fs::path& path) {
  GENET_ASSIGN(const Json json, ReadJson(path));
  const bool old = json.is_object() && !json.contains("version");
  Result<Outcome> outcome = old ? OutcomeFromVersion1(json) : OutcomeFromJson(json);
  const Status sound =
      outcome ? CheckEvaluation(outcome->evaluation) : Status(tl::unexpected(outcome.error()));
  if (!sound) return Failure("{}: {}", path.string(), sound.error().message);
  return outcome;
}

}  // namespace genet
