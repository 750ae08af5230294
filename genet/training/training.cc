#include "genet/training/training.h"

#include <cmath>
#include <utility>

#include "genet/base/check.h"

namespace genet {
namespace {

std::string Fingerprint(const TrainingSettings& settings, const ImageList& images, RandomKey key,
                        const std::string& identity) {
  RandomKey labels(images.size());
  for (size_t i = 0; i < images.size(); ++i) {
    labels = RandomKey(labels.value() * 31 + static_cast<uint64_t>(images.label(i)));
  }
  return fmt::format(
      "schedule {} batch {} of {} momentum {} weight_decay {} shift {} mirror {} key {} "
      "labels {} of {}",
      ToString(settings.schedule), settings.batch, settings.images_at_once(), settings.momentum,
      settings.weight_decay, settings.augment_shift, settings.augment_mirror, key.value(),
      labels.value(), identity);
}

}  // namespace

Training::Training(const TrainingSettings& settings, const ImageList& images, RandomKey key,
                   const CheckpointSettings& checkpoint, const TrainingCallbacks& callbacks)
    : settings_(settings),
      images_(images),
      key_(key),
      checkpoint_(checkpoint),
      callbacks_(callbacks),
      fingerprint_(Fingerprint(settings, images, key, checkpoint.identity)),
      steps_(Epoch::Steps(images, settings)) {}

Status Training::Start(Engine& engine) {
  if (steps_ == 0) {
    return UsageError("{} training images do not fill one batch of {}; use a smaller batch",
                      images_.size(), settings_.batch);
  }
  if (saves()) {
    Checkpoint last = Resume(engine);
    outcome_.epochs_resumed = last.epochs_done();
    outcome_.curve = std::move(last.curve);
    begun_ = last.begun;
  }
  started_ = saved_ = Clock::now();
  if (epoch() == settings_.epochs()) {
    End(TrainingOutcome::Status::kFinished);
  } else if (begun_.steps == steps_) {  // it was stopped after an epoch's last step
    EndEpoch();
  }
  return {};
}

// Loads the engine from a usable checkpoint, which is returned; anything else starts the training
// anew.
Checkpoint Training::Resume(Engine& engine) const {
  const auto log = [this](const std::string& line) {
    if (callbacks_.log) callbacks_.log(line);
  };
  const auto start_anew = [&](const std::string& why) {
    log(fmt::format("checkpoint not used: {}; training from the start", why));
    return Checkpoint();
  };
  const std::string path = checkpoint_.file.string();
  Result<std::optional<Checkpoint>> read = ReadCheckpoint(checkpoint_.file);
  if (!read) return start_anew(read.error().message);
  if (!*read) return {};
  Checkpoint& checkpoint = **read;
  if (checkpoint.fingerprint != fingerprint_) {
    return start_anew(fmt::format("{} belongs to another training", path));
  }
  if (checkpoint.epochs_done() > settings_.epochs()) {
    return start_anew(fmt::format("{} has more epochs than the schedule", path));
  }
  if (checkpoint.begun.steps > steps_) {
    return start_anew(fmt::format("{} has more steps than an epoch", path));
  }
  const TensorMap initial = engine.State();
  if (const Status status = engine.SetState(checkpoint.state); !status) {
    // An engine may have taken a part of it.
    const Status restored = engine.SetState(initial);
    GENET_CHECK(restored.has_value(), "{}", restored.error().message);
    return start_anew(status.error().message);
  }
  log(fmt::format("resumed after {} of {} epochs and {} of {} steps", checkpoint.epochs_done(),
                  settings_.epochs(), checkpoint.begun.steps, steps_));
  return std::move(checkpoint);
}

Result<TrainingStep> Training::Next() {
  GENET_CHECK(!ended_);
  if (!epoch_) epoch_.emplace(images_, settings_, key_, epoch(), begun_.steps);
  return epoch_->Next();
}

Status Training::Record(const BatchResult& result, const Engine& engine) {
  if (!std::isfinite(result.loss)) {
    End(TrainingOutcome::Status::kDiverged,
        fmt::format("loss is not finite in epoch {}, step {}", epoch() + 1, begun_.steps + 1));
    return {};
  }
  images_trained_ += settings_.batch;
  ++begun_.steps;
  begun_.loss += result.loss;
  begun_.correct += result.correct;
  const int64_t images_done = (epoch() * steps_ + begun_.steps) * settings_.batch;
  if (callbacks_.progress && callbacks_.progress(epoch() + 1, images_done)) {
    End(TrainingOutcome::Status::kStopped);
    return saves() ? Save(engine) : Status();
  }
  if (begun_.steps == steps_) EndEpoch();
  return due() ? Save(engine) : Status();
}

void Training::EndEpoch() {
  const auto seen = static_cast<double>(steps_ * settings_.batch);
  outcome_.curve.push_back({.epoch = epoch() + 1,
                            .learning_rate = settings_.learning_rate(epoch()),
                            .train_loss = begun_.loss / seen,
                            .train_accuracy = static_cast<double>(begun_.correct) / seen});
  begun_ = {};
  epoch_.reset();
  if (callbacks_.epoch) callbacks_.epoch(outcome_.curve.back());
  if (epoch() == settings_.epochs()) End(TrainingOutcome::Status::kFinished);
}

void Training::End(TrainingOutcome::Status status, std::string cause) {
  ended_ = true;
  outcome_.status = status;
  outcome_.cause = std::move(cause);
  if (status == TrainingOutcome::Status::kFinished && images_trained_ > 0) {
    outcome_.train_seconds_per_image =
        SecondsSince(started_) / static_cast<double>(images_trained_);
  }
}

Status Training::Save(const Engine& engine) {
  GENET_TRY(WriteCheckpoint(checkpoint_.file, {.fingerprint = fingerprint_,
                                               .curve = outcome_.curve,
                                               .begun = begun_,
                                               .state = engine.State()}));
  saved_ = Clock::now();
  return {};
}

}  // namespace genet
