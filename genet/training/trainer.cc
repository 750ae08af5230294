#include "genet/training/trainer.h"

#include <algorithm>
#include <cmath>

#include "genet/base/check.h"
#include "genet/training/measure.h"

namespace genet {

Result<TrainingOutcome> Train(Engine& engine, const TrainingSettings& settings,
                              const ImageList& train, const ImageList& held_out, RandomKey key,
                              const CheckpointSettings& checkpoint,
                              const TrainingCallbacks& callbacks, std::span<float> logits) {
  GENET_CHECK(settings.images_at_once() == std::min(settings.batch, engine.max_batch()));
  if (held_out.size() == 0) return UsageError("there are no images to measure the accuracy on");
  Training training(settings, train, key, checkpoint, callbacks);
  GENET_TRY(training.Start(engine));
  const Clock::time_point start = Clock::now();
  size_t images_trained = 0;  // by this process
  while (!training.ended()) {
    GENET_ASSIGN(const TrainingStep step, training.Next());
    GENET_TRY(training.Record(engine.TrainStep(step.batch, step.options), engine));
    images_trained += step.batch.images.size();
  }
  TrainingOutcome outcome = training.outcome();
  if (images_trained > 0) {
    outcome.train_seconds_per_image = SecondsSince(start) / static_cast<double>(images_trained);
  }
  if (outcome.status != TrainingOutcome::Status::kFinished) return outcome;

  bool stopped = false;
  const auto stop = [&] { return stopped = callbacks.measuring && callbacks.measuring(); };
  const Clock::time_point measuring = Clock::now();
  const auto measurement = Measure(engine, held_out, engine.max_batch(), logits, stop);
  if (stopped) {
    outcome.status = TrainingOutcome::Status::kStopped;
    return outcome;
  }
  if (!measurement) return tl::unexpected(measurement.error());
  outcome.inference_seconds_per_image =
      SecondsSince(measuring) / static_cast<double>(held_out.size());
  if (!std::isfinite(measurement->loss)) {
    // The last step of the last epoch can overflow the weights without a loss that shows it.
    outcome.status = TrainingOutcome::Status::kDiverged;
    outcome.cause = "loss is not finite after the last epoch";
    return outcome;
  }
  outcome.accuracy = measurement->accuracy;
  outcome.loss = measurement->loss;
  return outcome;
}

}  // namespace genet
