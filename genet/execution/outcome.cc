#include "genet/execution/outcome.h"

#include "genet/base/json_reader.h"

namespace genet {

using Json = nlohmann::json;

Status WriteOutcome(const fs::path& path, const Outcome& outcome) {
  const Evaluation& e = outcome.evaluation;
  Json json = {
      {"fingerprint", outcome.fingerprint}, {"status", Name(e.status)}, {"accuracy", nullptr},
      {"test_accuracy", nullptr},           {"cause", e.cause},         {"details", e.details}};
  if (e.accuracy) json["accuracy"] = *e.accuracy;
  if (e.test_accuracy) json["test_accuracy"] = *e.test_accuracy;
  return WriteFileAtomically(path, json.dump(1) + "\n");
}

Result<Outcome> ReadOutcome(const fs::path& path) {
  GENET_ASSIGN(const Json json, ReadJson(path));
  Outcome outcome;
  Evaluation& e = outcome.evaluation;
  try {
    json.at("fingerprint").get_to(outcome.fingerprint);
    const auto status = json.at("status").get<std::string>();
    const auto known = StatusOfName(status);
    // A worker that could not do its evaluation leaves no outcome.
    if (!known || *known == Evaluation::Status::kFailed) {
      return Failure("{}: status '{}' is unknown", path.string(), status);
    }
    e.status = *known;
    for (const auto& [key, to] :
         {std::pair{"accuracy", &e.accuracy}, std::pair{"test_accuracy", &e.test_accuracy}}) {
      if (!json.at(key).is_null()) *to = json.at(key).get<double>();
    }
    json.at("cause").get_to(e.cause);
    json.at("details").get_to(e.details);
  } catch (const Json::exception& error) {
    return Failure("{}: {}", path.string(), error.what());
  }
  if (json.size() != 6) return Failure("{}: has keys that are unknown", path.string());
  if (const Status sound = CheckAccuracies(e); !sound) {
    return Failure("{}: {}", path.string(), sound.error().message);
  }
  return outcome;
}

}  // namespace genet
