// Job files: all that a worker needs to know of its task (docs/formats.md).
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <variant>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/execution/training_folder.h"
#include "genet/search/evaluation.h"
#include "genet/settings/run_settings.h"

namespace genet {

// One evaluation of a search.
struct EvaluateJob {
  EvaluationId id;
  std::string genome;
  RunSettings settings;
  fs::path outcome;     // written when the evaluation ends (outcome.h)
  fs::path checkpoint;  // written meanwhile

  // Names all settings that decide the result, so that an outcome of another job is never used.
  std::string Fingerprint() const;
};

// A training in full, which ends with result.json in its folder (training_folder.h).
struct TrainJob {
  FullTraining training;
  fs::path folder;
};

// Features of a data set and their classification, which ends with the outcome file
// (classification.h).
struct ClassifyJob {
  std::string weights;           // file of the network; empty: the pixels are the features
  std::string weights_checksum;  // SHA-256, with which the result is known by the file's content
  std::string layer;             // of the network
  std::optional<uint64_t> untrained;  // as training would start with this seed, not as trained
  std::string data;
  int train_per_class = 0, splits = 0;
  uint64_t seed = 1;  // of the splits
  fs::path features;  // the array that is written on the way
  fs::path outcome;

  // What decides the result.
  nlohmann::json Identity() const;
};

// Paths are absolute.
struct Job {
  std::variant<EvaluateJob, TrainJob, ClassifyJob> work;
  fs::path cache;     // for OpenDataSet
  fs::path progress;  // rewritten every second or so (progress_file.h)
  double checkpoint_seconds = 60;
};

nlohmann::json ToJson(const Job& job);
// Strict. Jobs of version 1, which were evaluations only, are read too; what they say of threads,
// device and parent is the command line's to say now.
Result<Job> JobFromJson(const nlohmann::json& json);
Result<Job> ReadJob(const fs::path& path);

}  // namespace genet
