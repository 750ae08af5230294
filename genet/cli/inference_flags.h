// Flags of the commands that run images through trained weights.
#pragma once

#include <CLI/CLI.hpp>

#include "genet/base/error.h"
#include "genet/cli/run_flags.h"
#include "genet/engine/backend.h"

namespace genet::cli {

class InferenceFlags {
 public:
  // --batch, --threads, --device and the settings of engines. Keeps the address of this object.
  void AddTo(CLI::App& app);
  // Whether any of them was given.
  bool given() const;
  // A usage error if a setting is not what it may be, or not one of this engine.
  Result<EngineSettings> Engine() const;
  const EngineResources& resources() const { return resources_; }

 private:
  CLI::App* app_ = nullptr;
  RunFlags settings_;
  EngineResources resources_{.batch = 128};
};

}  // namespace genet::cli
