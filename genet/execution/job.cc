#include "genet/execution/job.h"

#include "genet/base/json_reader.h"
#include "genet/settings/json.h"

namespace genet {
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 2;

Result<EvaluateJob> ReadEvaluate(JsonReader& reader) {
  EvaluateJob work;
  reader.Get("generation", work.id.generation, {.least = 0});
  reader.Get("individual", work.id.individual, {.least = 0});
  reader.Get("genome", work.genome);
  reader.Get("outcome", work.outcome);
  reader.Get("checkpoint", work.checkpoint);
  const Json& settings = reader.Member("settings");
  GENET_TRY(reader.Check());
  GENET_ASSIGN(work.settings, RunSettingsFromJson(settings));
  return work;
}

Result<TrainJob> ReadTrain(JsonReader& reader) {
  TrainJob work;
  std::string genome;
  reader.Get("genome", genome);
  reader.Get("whole", work.training.full_training_set);
  reader.Get("folder", work.folder);
  const Json& settings = reader.Member("settings");
  GENET_TRY(reader.Check());
  GENET_ASSIGN(work.training.settings, RunSettingsFromJson(settings));
  GENET_ASSIGN(work.training.genome, Genome::Parse(genome, work.training.settings.space));
  return work;
}

Result<ClassifyJob> ReadClassify(JsonReader& reader) {
  ClassifyJob work;
  reader.Get("weights", work.weights);
  reader.Get("weights_checksum", work.weights_checksum);
  reader.Get("layer", work.layer);
  reader.Get("untrained", work.untrained);
  reader.Get("data", work.data);
  reader.Get("train_per_class", work.train_per_class, {.least = 1});
  reader.Get("splits", work.splits, {.least = 1});
  reader.Get("seed", work.seed);
  reader.Get("features", work.features);
  reader.Get("outcome", work.outcome);
  GENET_TRY(reader.Check());
  return work;
}

Json WorkToJson(const EvaluateJob& work) {
  return {{"kind", "evaluate"},
          {"generation", work.id.generation},
          {"individual", work.id.individual},
          {"genome", work.genome},
          {"settings", ToJson(work.settings)},
          {"outcome", work.outcome.string()},
          {"checkpoint", work.checkpoint.string()}};
}

Json WorkToJson(const TrainJob& work) {
  return {{"kind", "train"},
          {"genome", work.training.genome.ToString()},
          {"settings", ToJson(work.training.settings)},
          {"whole", work.training.full_training_set},
          {"folder", work.folder.string()}};
}

Json WorkToJson(const ClassifyJob& work) {
  Json json = {{"kind", "classify"},
               {"weights", work.weights},
               {"weights_checksum", work.weights_checksum},
               {"layer", work.layer},
               {"untrained", nullptr},
               {"data", work.data},
               {"train_per_class", work.train_per_class},
               {"splits", work.splits},
               {"seed", work.seed},
               {"features", work.features.string()},
               {"outcome", work.outcome.string()}};
  if (work.untrained) json["untrained"] = *work.untrained;
  return json;
}

// The keys of version 1 that only said how the work was done.
void SkipResources(JsonReader& reader) {
  for (const char* key : {"threads", "parent", "device"}) {
    if (reader.Has(key)) (void)reader.Member(key);
  }
}

}  // namespace

std::string EvaluateJob::Fingerprint() const {
  Json deciding = genet::ToJson(settings);
  // How many generations are wanted, or how they are bred, changes no evaluation.
  deciding.erase("search");
  return fmt::format("{}/{} {} {}", id.generation, id.individual, genome, deciding.dump());
}

Json ClassifyJob::Identity() const {
  Json identity = {{"weights", weights_checksum},
                   {"layer", layer},
                   {"untrained", nullptr},
                   {"data", data},
                   {"train_per_class", train_per_class},
                   {"splits", splits},
                   {"seed", seed}};
  if (untrained) identity["untrained"] = *untrained;
  return identity;
}

Json ToJson(const Job& job) {
  Json json = std::visit([](const auto& work) { return WorkToJson(work); }, job.work);
  json["version"] = kVersion;
  json["cache"] = job.cache.string();
  json["progress"] = job.progress.string();
  json["checkpoint_seconds"] = job.checkpoint_seconds;
  return json;
}

Result<Job> JobFromJson(const Json& json) {
  JsonReader reader(json, "job");
  Job job;
  reader.Get("cache", job.cache);
  reader.Get("progress", job.progress);
  reader.Get("checkpoint_seconds", job.checkpoint_seconds, {.least = 0});
  std::string kind = "evaluate";
  if (reader.Has("version")) {
    int version = 0;
    reader.Get("version", version, {.least = kVersion});
    if (version > kVersion) {
      return Failure("job: version {} is of a newer GeNet; this one reads up to {}", version,
                     kVersion);
    }
    reader.Get("kind", kind);
  } else {
    SkipResources(reader);
  }
  GENET_TRY(reader.Check());
  if (kind == "evaluate") {
    GENET_ASSIGN(job.work, ReadEvaluate(reader));
  } else if (kind == "train") {
    GENET_ASSIGN(job.work, ReadTrain(reader));
  } else if (kind == "classify") {
    GENET_ASSIGN(job.work, ReadClassify(reader));
  } else {
    return Failure("job: kind '{}' is unknown", kind);
  }
  GENET_TRY(reader.Finish());
  return job;
}

Result<Job> ReadJob(const fs::path& path) {
  GENET_ASSIGN(const Json json, ReadJson(path));
  auto job = JobFromJson(json);
  if (!job) return Failure("{}: {}", path.string(), job.error().message);
  return job;
}

}  // namespace genet
