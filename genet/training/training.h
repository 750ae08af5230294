// One network's way through its schedule: its next batch, its curve, its checkpoints, its end.
//
// A Training makes no step itself. Whoever leads it has an engine make the steps and says what came
// of each. So a loop may lead one training on an engine of its own (trainer.h), and another loop
// many trainings side by side, as members of a cohort that one device trains together.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "genet/base/duration.h"
#include "genet/base/error.h"
#include "genet/base/file.h"
#include "genet/base/random.h"
#include "genet/data/data_set.h"
#include "genet/engine/engine.h"
#include "genet/measures/measures.h"
#include "genet/training/checkpoint.h"
#include "genet/training/epoch.h"
#include "genet/training/settings.h"

namespace genet {

struct TrainingCallbacks {
  // After each epoch.
  std::function<void(const EpochRecord&)> epoch;
  // After every step; true asks to stop. `epoch` counts from 1, the images from the start of the
  // training, those of a resumed checkpoint included. Must be cheap.
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

struct TrainingOutcome {
  enum class Status { kFinished, kDiverged, kStopped };
  Status status = Status::kFinished;
  double accuracy = 0;     // on the images held out; only if finished
  double loss = 0;         // the same
  int epochs_resumed = 0;  // done as a whole by earlier processes, from the checkpoint
  // What this process took on average, of a finished training; none if it had nothing to train.
  std::optional<double> train_seconds_per_image, inference_seconds_per_image;
  std::string cause;  // of a divergence: "loss is not finite in epoch 3, step 17"
  std::vector<EpochRecord> curve;
};

class Training {
 public:
  // References must outlive it.
  Training(const TrainingSettings& settings, const ImageList& images, RandomKey key,
           const CheckpointSettings& checkpoint, const TrainingCallbacks& callbacks);

  // First: loads `engine`, which holds the initial state, from a usable checkpoint. A usage error
  // if the images do not fill one batch.
  Status Start(Engine& engine);

  // Whether no step is left to be made.
  bool ended() const { return ended_; }
  // The next step, good until the next call. An error names an image that cannot be read.
  Result<TrainingStep> Next();
  // What the step came to, and the engine that has made it. Ends the training if the loss is not
  // finite, a callback asks to stop, or it was the last step. Writes a checkpoint where one is due;
  // an error if it cannot be written.
  Status Record(const BatchResult& result, const Engine& engine);

  // Once it has ended; without what is measured afterwards.
  const TrainingOutcome& outcome() const { return outcome_; }

 private:
  Checkpoint Resume(Engine& engine) const;
  Status Save(const Engine& engine);
  bool due() const { return saves() && SecondsSince(saved_) >= checkpoint_.seconds_between; }
  bool saves() const { return !checkpoint_.file.empty(); }
  int epoch() const { return static_cast<int>(outcome_.curve.size()); }  // under way, from 0
  void EndEpoch();
  void End(TrainingOutcome::Status status, std::string cause = "");

  const TrainingSettings& settings_;
  const ImageList& images_;
  const RandomKey key_;
  const CheckpointSettings& checkpoint_;
  const TrainingCallbacks& callbacks_;
  const std::string fingerprint_;
  const int64_t steps_;  // of an epoch

  bool ended_ = false;
  TrainingOutcome outcome_;     // its curve is that of the epochs done
  EpochPart begun_;             // of the epoch after those
  std::optional<Epoch> epoch_;  // that epoch, once a step of it was asked for
  int64_t images_trained_ = 0;  // by this process
  Clock::time_point started_, saved_;
};

}  // namespace genet
