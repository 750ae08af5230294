// Flags that say how work is done: no result depends on them.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "genet/base/error.h"

namespace genet::cli {

struct WorkOptions {
  int workers = 1;
  int threads = 1;                // of each worker
  double time_limit_seconds = 0;  // of one attempt at an evaluation; 0: none
  double checkpoint_seconds = 60;
  bool quiet = false;
};

class WorkFlags {
 public:
  // --workers, --threads and --quiet; for searches also --time-limit and --checkpoint-every. Keeps
  // the address of this object.
  void AddTo(CLI::App& app, bool searches);
  // A usage error if a time cannot be read.
  Result<WorkOptions> Resolve() const;

 private:
  int workers_ = 0, threads_ = 1;
  std::string time_limit_, checkpoint_every_ = "60s";
  bool quiet_ = false;
};

}  // namespace genet::cli
