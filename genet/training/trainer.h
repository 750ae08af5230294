// Trains one network from scratch and measures it.
#pragma once

#include <span>

#include "genet/base/error.h"
#include "genet/base/random.h"
#include "genet/data/data_set.h"
#include "genet/engine/engine.h"
#include "genet/training/settings.h"
#include "genet/training/training.h"

namespace genet {

// Trains `engine` (already holding its initial state) on `train`, then measures it on `held_out`.
// Image order, augmentation and dropout are addressed by `key` and the epoch, so a run that
// resumes from its checkpoint ends with the same bits as one that was never stopped. `logits`
// receives those of `held_out`, as in Measure().
Result<TrainingOutcome> Train(Engine& engine, const TrainingSettings& settings,
                              const ImageList& train, const ImageList& held_out, RandomKey key,
                              const CheckpointSettings& checkpoint,
                              const TrainingCallbacks& callbacks, std::span<float> logits = {});

}  // namespace genet
