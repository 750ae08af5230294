// Job files: what a search asks of its workers (docs/formats.md).
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/search/evaluation.h"
#include "genet/settings/run_settings.h"

namespace genet {

// One evaluation, all that a worker needs to know. Paths are relative to nothing: absolute.
struct Job {
  EvaluationId id;
  std::string genome;
  RunSettings settings;
  fs::path cache;       // for OpenDataSet
  fs::path outcome;     // written when the evaluation ends
  fs::path checkpoint;  // written meanwhile
  fs::path progress;    // rewritten every second or so
  int threads = 1;
  std::string device = "cpu";  // of the engine
  double checkpoint_seconds = 60;
  int parent = 0;  // process id of the search: a worker without its parent ends; 0: none

  // Names all settings that decide the result, so that an outcome of another job is never used.
  std::string Fingerprint() const;
};

nlohmann::json ToJson(const Job& job);
Result<Job> JobFromJson(const nlohmann::json& json);
Result<Job> ReadJob(const fs::path& path);

// What a worker is at. Not durable: only for people and for noticing one that hangs.
struct WorkerProgress {
  double fraction = 0;  // of the evaluation's images
  double images_per_second = 0;
};

}  // namespace genet
