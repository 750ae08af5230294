#include "genet/training/trainer.h"

#include <algorithm>
#include <cmath>

#include "genet/base/check.h"
#include "genet/base/duration.h"
#include "genet/training/measure.h"

namespace genet {

Result<TrainingOutcome> Train(Engine& engine, const TrainingSettings& settings,
                              const ImageList& train, const ImageList& measured, RandomKey key,
                              const CheckpointSettings& checkpoint,
                              const TrainingCallbacks& callbacks, std::span<float> logits) {
  GENET_CHECK(settings.images_at_once() == std::min(settings.batch, engine.max_batch()));
  if (measured.size() == 0) return UsageError("there are no images to measure the accuracy on");
  Training training(settings, train, key, checkpoint, callbacks);
  GENET_TRY(training.Start(engine));
  while (!training.ended()) {
    GENET_ASSIGN(const TrainingStep step, training.Next());
    GENET_TRY(training.Record(engine.TrainStep(step.batch, step.options), engine));
  }
  TrainingOutcome outcome = training.outcome();
  if (outcome.status != TrainingOutcome::Status::kFinished) return outcome;

  const Clock::time_point start = Clock::now();
  GENET_ASSIGN(const Measurement measurement,
               Measure(engine, measured, engine.max_batch(), logits));
  outcome.inference_seconds_per_image = SecondsSince(start) / static_cast<double>(measured.size());
  if (!std::isfinite(measurement.loss)) {
    // The last step of the last epoch can overflow the weights without a loss that shows it.
    outcome.status = TrainingOutcome::Status::kDiverged;
    outcome.cause = "loss is not finite after the last epoch";
    return outcome;
  }
  outcome.accuracy = measurement.accuracy;
  outcome.loss = measurement.loss;
  return outcome;
}

}  // namespace genet
