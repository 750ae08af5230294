// Flags that say how work is done: they are no settings of a run, and may change when it resumes.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/engine/backend.h"

namespace genet::cli {

struct Resources {
  int workers = 1;
  std::vector<std::string> devices = {kProcessor};  // shared out evenly among the workers
  int threads = 1;                                  // of each worker
  double time_limit_seconds = 0;                    // of one attempt at an evaluation; 0: none
  double checkpoint_seconds = 60;                   // at least, between those of a training
  bool quiet = false;
};

// "2 worker(s)", "4 worker(s) on cuda:0, cuda:1".
std::string Describe(const Resources& resources);

class ResourceFlags {
 public:
  // --workers, --devices, --per-device, --threads, --checkpoint-every and --quiet; for searches
  // also --time-limit. Keeps the address of this object.
  void AddTo(CLI::App& app, bool searches);
  // A usage error if a time cannot be read, or --workers and --devices disagree. Whether the
  // devices are there is CheckEngine's to say.
  Result<Resources> Resolve() const;

 private:
  int workers_ = 0, per_device_ = 1, threads_ = 1;
  std::vector<std::string> devices_;
  std::string time_limit_, checkpoint_every_ = "60s";
  bool quiet_ = false;
};

}  // namespace genet::cli
