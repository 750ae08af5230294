#include "genet/execution/job.h"

#include "genet/base/json_file.h"

namespace genet {

using Json = nlohmann::json;

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
  GENET_ASSIGN(const Json json, ReadJsonFile(path));
  auto job = JobFromJson(json);
  if (!job) return Failure("{}: {}", path.string(), job.error().message);
  return job;
}

}  // namespace genet
