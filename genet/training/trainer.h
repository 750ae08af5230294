// Trains one network from scratch and measures it.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "genet/base/file.h"
#include "genet/base/random.h"
#include "genet/data/data_set.h"
#include "genet/engine/engine.h"
#include "genet/measures/measures.h"
#include "genet/training/settings.h"

namespace genet {

struct TrainingOutcome {
  enum class Status { kFinished, kDiverged, kStopped };
  Status status = Status::kFinished;
  double accuracy = 0;     // on `measured`; only if finished
  double loss = 0;         // the same
  int epochs_resumed = 0;  // done as a whole by earlier processes, from the checkpoint
  // What this process took on average, of a finished training; none if it had nothing to train.
  std::optional<double> train_seconds_per_image, inference_seconds_per_image;
  std::string cause;  // of a divergence: "loss is not finite in epoch 3, step 17"
  std::vector<EpochRecord> curve;
};

struct TrainingCallbacks {
  // After each epoch.
  std::function<void(const EpochRecord&)> epoch;
  // After every step; true asks to stop (status kStopped). `epoch` counts from 1, the images from
  // the start of the training, those of a resumed checkpoint included. Must be cheap.
  std::function<bool(int epoch, int64_t images_done)> progress;
  // A line for the user, such as why a checkpoint is not used.
  std::function<void(const std::string&)> log;
};

struct CheckpointSettings {
  fs::path file;  // none: no checkpoints
  // Written after the first step that ends later than this, and when the training is stopped.
  double seconds_between = 60;
  // Whatever decides the training beside settings, key and labels: genome, base network, data. A
  // checkpoint of another identity is not used.
  std::string identity;
};

// Trains `engine` (already holding its initial state) on `train`, then measures it on `measured`.
// Image order, augmentation and dropout are addressed by `key` and the epoch, so a run that
// resumes from its checkpoint ends with the same bits as one that was never stopped. The last
// batch of an epoch is dropped if it is not full. `logits` receives those of `measured`, as in
// Measure().
Result<TrainingOutcome> Train(Engine& engine, const TrainingSettings& settings,
                              const ImageList& train, const ImageList& measured, RandomKey key,
                              const CheckpointSettings& checkpoint,
                              const TrainingCallbacks& callbacks, std::span<float> logits = {});

struct Measurement {
  double accuracy = 0;
  double loss = 0;
};
// Every image once, in order. `logits`, if not empty, has room for images x classes values, which
// it receives row by row.
Result<Measurement> Measure(Engine& engine, const ImageList& images, int batch,
                            std::span<float> logits = {});

// A pixel enters a network normalised by the statistics of its training part.
InputTransform NormalisingTransform(const ChannelStatistics& statistics);

}  // namespace genet
