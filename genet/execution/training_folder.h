// The folder of a training in full, as `genet train` and the experiments leave it: settings.json,
// checkpoint.safetensors while it lasts, then weights.safetensors and result.json.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>

#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/execution/run_training.h"

namespace genet {

// A training in full. Only what decides its result: the settings of a search are no part of it.
struct FullTraining {
  RunSettings settings = {};
  Genome genome{SearchSpace{}};
  bool full_training_set = false;  // on the whole training set
};

// What settings.json holds and what a checkpoint of the training is known by.
nlohmann::json IdentityOf(const FullTraining& training);

inline fs::path ResultPath(const fs::path& folder) { return folder / "result.json"; }
inline fs::path WeightsPath(const fs::path& folder) { return folder / "weights.safetensors"; }
inline fs::path CheckpointPath(const fs::path& folder) { return folder / "checkpoint.safetensors"; }

// A usage error if the folder belongs to a training of another identity.
Status CheckTrainingFolder(const fs::path& folder, const FullTraining& training);

// What result.json holds. Nothing if there is none; an error if it is none of this training.
// "diverged", the cause, stands in it in the place of accuracies, curve and weights.
Result<std::optional<nlohmann::json>> ReadTrainingResult(const fs::path& folder,
                                                         const FullTraining& training);

// Trains in the folder, made if need be, or goes on there, and writes weights and result. Returns
// what result.json holds, nothing if `observer.stop` stopped it. An error if another process trains
// there.
Result<std::optional<nlohmann::json>> TrainInFolder(const fs::path& folder,
                                                    const FullTraining& training,
                                                    const TrainingResources& resources,
                                                    double checkpoint_seconds,
                                                    TrainingObserver observer);

}  // namespace genet
