#include "genet/execution/job.h"

namespace genet {
namespace {

using Json = nlohmann::json;

Result<Json> ReadJson(const fs::path& path) {
  GENET_ASSIGN(const std::string text, ReadFile(path));
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return Failure("{}: not JSON", path.string());
  return json;
}

}  // namespace

std::string Job::Fingerprint() const {
  Json deciding = genet::ToJson(settings);
  // How many generations are wanted, or how they are bred, changes no evaluation.
  deciding.erase("search");
  return fmt::format("{}/{} {} {}", id.generation, id.individual, genome, deciding.dump());
}

Json ToJson(const Job& job) {
  Json json = {{"generation", job.id.generation},
               {"individual", job.id.individual},
               {"genome", job.genome},
               {"settings", ToJson(job.settings)},
               {"cache", job.cache.string()},
               {"outcome", job.outcome.string()},
               {"checkpoint", job.checkpoint.string()},
               {"progress", job.progress.string()},
               {"threads", job.threads},
               {"checkpoint_seconds", job.checkpoint_seconds},
               {"parent", job.parent}};
  if (job.device != Job().device) json["device"] = job.device;
  return json;
}

Result<Job> JobFromJson(const Json& json) {
  constexpr size_t kKeys = 11;
  Job job;
  try {
    json.at("generation").get_to(job.id.generation);
    json.at("individual").get_to(job.id.individual);
    json.at("genome").get_to(job.genome);
    job.cache = json.at("cache").get<std::string>();
    job.outcome = json.at("outcome").get<std::string>();
    job.checkpoint = json.at("checkpoint").get<std::string>();
    job.progress = json.at("progress").get<std::string>();
    json.at("threads").get_to(job.threads);
    json.at("checkpoint_seconds").get_to(job.checkpoint_seconds);
    json.at("parent").get_to(job.parent);
    if (json.contains("device")) json.at("device").get_to(job.device);
    GENET_ASSIGN(job.settings, RunSettingsFromJson(json.at("settings")));
  } catch (const Json::exception& e) {
    return Failure("job: {}", e.what());
  }
  if (json.size() != kKeys + json.count("device")) return Failure("job: has keys that are unknown");
  if (job.threads < 1 || job.threads > 1024) return Failure("job: threads is not from 1 to 1024");
  if (job.id.generation < 0 || job.id.individual < 0) {
    return Failure("job: generation and individual count from 0");
  }
  // Written so that a NaN fails.
  if (!(job.checkpoint_seconds >= 0)) return Failure("job: checkpoint_seconds is below 0");
  return job;
}

Result<Job> ReadJob(const fs::path& path) {
  GENET_ASSIGN(const Json json, ReadJson(path));
  auto job = JobFromJson(json);
  if (!job) return Failure("{}: {}", path.string(), job.error().message);
  return job;
}

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
