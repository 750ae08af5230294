// Checkpoints: all that the rest of a training depends on, in one safetensors file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/engine/engine.h"
#include "genet/measures/measures.h"

namespace genet {

// What is done of an epoch; sums over its images so far.
struct EpochPart {
  int64_t steps = 0;
  double loss = 0;
  int64_t correct = 0;
};

struct Checkpoint {
  std::string fingerprint;  // of everything that decides the training; another one never matches
  std::vector<EpochRecord> curve;  // one record an epoch done
  EpochPart begun;                 // of the epoch after those
  TensorMap state;

  int epochs_done() const { return static_cast<int>(curve.size()); }
};

// Atomic: a reader sees the checkpoint before or this one.
Status WriteCheckpoint(const fs::path& path, const Checkpoint& checkpoint);

// An error if the file is damaged; nothing if there is none.
Result<std::optional<Checkpoint>> ReadCheckpoint(const fs::path& path);

}  // namespace genet
