#include "genet/training/trainer.h"

#include <cmath>
#include <numeric>
#include <span>

#include "genet/base/check.h"
#include "genet/base/duration.h"
#include "genet/data/batch_reader.h"
#include "genet/training/checkpoint.h"

namespace genet {
namespace {

constexpr int kShift = 4;  // pixels a crop moves at most

std::string Fingerprint(const TrainingSettings& settings, const ImageList& train, RandomKey key,
                        const std::string& identity) {
  RandomKey labels(train.size());
  for (size_t i = 0; i < train.size(); ++i) {
    labels = RandomKey(labels.value() * 31 + static_cast<uint64_t>(train.label(i)));
  }
  return fmt::format(
      "schedule {} batch {} of {} momentum {} weight_decay {} shift {} mirror {} key {} "
      "labels {} of {}",
      ToString(settings.schedule), settings.batch, settings.images_at_once(), settings.momentum,
      settings.weight_decay, settings.augment_shift, settings.augment_mirror, key.value(),
      labels.value(), identity);
}

// Where image `index` of the list lies in this epoch; without its pixels. Each image draws from its
// own stream, so its place depends neither on the batch it lands in nor on who loads it. An image
// that is cut out of a larger picture is moved by the cut (RandomCrop), any other one is shifted.
InputImage Augmented(const ImageList& images, uint32_t index, const TrainingSettings& settings,
                     RandomKey epoch_key) {
  InputImage image;
  if (!settings.augment_shift && !settings.augment_mirror) return image;
  RandomStream stream(epoch_key.Derive(index));
  const auto rows = static_cast<int>(stream.Below(2 * kShift + 1)) - kShift;
  const auto columns = static_cast<int>(stream.Below(2 * kShift + 1)) - kShift;
  const bool mirror = stream.Bernoulli(0.5);
  if (settings.augment_shift && images.decoder() == nullptr) {
    image.shift_rows = static_cast<int8_t>(rows);
    image.shift_columns = static_cast<int8_t>(columns);
  }
  image.mirror = settings.augment_mirror && mirror;
  return image;
}

BatchReader::Crop RandomCrop(const TrainingSettings& settings, RandomKey epoch_key) {
  if (!settings.augment_shift) return {};
  return [key = epoch_key.Derive("crop")](uint32_t index) -> std::optional<CropPlace> {
    RandomStream stream(key.Derive(index));
    const double row = stream.Uniform();
    return CropPlace{.row = row, .column = stream.Uniform()};
  };
}

// Loads the engine from a usable checkpoint, which is returned; anything else starts the training
// anew.
Checkpoint Resume(Engine& engine, const fs::path& path, const std::string& fingerprint, int epochs,
                  int64_t steps, const std::function<void(const std::string&)>& log) {
  const auto start_anew = [&](const std::string& why) {
    if (log) log(fmt::format("checkpoint not used: {}; training from the start", why));
    return Checkpoint();
  };
  Result<std::optional<Checkpoint>> read = ReadCheckpoint(path);
  if (!read) return start_anew(read.error().message);
  if (!*read) return {};
  Checkpoint& checkpoint = **read;
  if (checkpoint.fingerprint != fingerprint) {
    return start_anew(fmt::format("{} belongs to another training", path.string()));
  }
  if (checkpoint.epochs_done() > epochs) {
    return start_anew(fmt::format("{} has more epochs than the schedule", path.string()));
  }
  if (checkpoint.begun.steps > steps) {
    return start_anew(fmt::format("{} has more steps than an epoch", path.string()));
  }
  const TensorMap initial = engine.State();
  if (const Status status = engine.SetState(checkpoint.state); !status) {
    // An engine may have taken a part of it.
    const Status restored = engine.SetState(initial);
    GENET_CHECK(restored.has_value(), "{}", restored.error().message);
    return start_anew(status.error().message);
  }
  if (log) {
    log(fmt::format("resumed after {} of {} epochs and {} of {} steps", checkpoint.epochs_done(),
                    epochs, checkpoint.begun.steps, steps));
  }
  return std::move(checkpoint);
}

}  // namespace

Result<TrainingOutcome> Train(Engine& engine, const TrainingSettings& settings,
                              const ImageList& train, const ImageList& measured, RandomKey key,
                              const CheckpointSettings& checkpoint,
                              const TrainingCallbacks& callbacks, std::span<float> logits) {
  GENET_CHECK(settings.images_at_once() == std::min(settings.batch, engine.max_batch()));
  const size_t batch_size = static_cast<size_t>(settings.batch);
  const size_t steps = train.size() / batch_size;
  if (steps == 0) {
    return UsageError("{} training images do not fill one batch of {}; use a smaller batch",
                      train.size(), batch_size);
  }
  if (measured.size() == 0) return UsageError("there are no images to measure the accuracy on");
  const int64_t images_per_epoch = static_cast<int64_t>(steps * batch_size);
  const std::string fingerprint = Fingerprint(settings, train, key, checkpoint.identity);

  TrainingOutcome outcome;
  EpochPart begun;
  const bool saves = !checkpoint.file.empty();
  if (saves) {
    Checkpoint last = Resume(engine, checkpoint.file, fingerprint, settings.epochs(),
                             static_cast<int64_t>(steps), callbacks.log);
    outcome.epochs_resumed = last.epochs_done();
    outcome.curve = std::move(last.curve);
    begun = last.begun;
  }
  Clock::time_point saved = Clock::now();
  const auto save = [&]() -> Status {
    GENET_TRY(WriteCheckpoint(checkpoint.file, {.fingerprint = fingerprint,
                                                .curve = outcome.curve,
                                                .begun = begun,
                                                .state = engine.State()}));
    saved = Clock::now();
    return {};
  };
  const auto due = [&] { return saves && SecondsSince(saved) >= checkpoint.seconds_between; };

  const Clock::time_point start = Clock::now();
  size_t images_trained = 0;  // by this process
  std::vector<uint32_t> order(train.size());
  std::vector<InputImage> images(batch_size);
  std::vector<int32_t> labels(batch_size);
  for (int epoch = outcome.epochs_resumed; epoch < settings.epochs(); ++epoch) {
    std::iota(order.begin(), order.end(), 0u);
    RandomStream shuffle(key.Derive("shuffle").Derive(static_cast<uint64_t>(epoch)));
    Shuffle(shuffle, std::span<uint32_t>(order));
    const RandomKey augmentation = key.Derive("augmentation").Derive(static_cast<uint64_t>(epoch));
    const RandomKey dropout = key.Derive("dropout").Derive(static_cast<uint64_t>(epoch));

    const size_t first = static_cast<size_t>(begun.steps);
    BatchReader reader(train, std::span(order).subspan(first * batch_size), batch_size,
                       RandomCrop(settings, augmentation));

    EpochRecord record;
    record.epoch = epoch + 1;
    record.learning_rate = settings.learning_rate(epoch);
    for (size_t step = first; step < steps; ++step) {
      GENET_ASSIGN(const auto pixels, reader.Next());
      for (size_t i = 0; i < batch_size; ++i) {
        const uint32_t index = order[step * batch_size + i];
        images[i] = Augmented(train, index, settings, augmentation);
        images[i].pixels = pixels[i];
        labels[i] = train.label(index);
      }
      const BatchResult result = engine.TrainStep(
          {images, labels}, {.learning_rate = static_cast<float>(record.learning_rate),
                             .momentum = static_cast<float>(settings.momentum),
                             .weight_decay = static_cast<float>(settings.weight_decay),
                             .dropout = dropout.Derive(step)});
      if (!std::isfinite(result.loss)) {
        outcome.status = TrainingOutcome::Status::kDiverged;
        outcome.cause = fmt::format("loss is not finite in epoch {}, step {}", epoch + 1, step + 1);
        return outcome;
      }
      images_trained += batch_size;
      ++begun.steps;
      begun.loss += result.loss;
      begun.correct += result.correct;
      const int64_t done = epoch * images_per_epoch + static_cast<int64_t>((step + 1) * batch_size);
      if (callbacks.progress && callbacks.progress(epoch + 1, done)) {
        outcome.status = TrainingOutcome::Status::kStopped;
        if (saves) GENET_TRY(save());
        return outcome;
      }
      if (step + 1 < steps && due()) GENET_TRY(save());
    }
    const double seen = static_cast<double>(images_per_epoch);
    record.train_loss = begun.loss / seen;
    record.train_accuracy = static_cast<double>(begun.correct) / seen;
    outcome.curve.push_back(record);
    begun = {};
    if (callbacks.epoch) callbacks.epoch(record);
    if (due()) GENET_TRY(save());
  }

  if (images_trained > 0) {
    outcome.train_seconds_per_image = SecondsSince(start) / static_cast<double>(images_trained);
  }

  const Clock::time_point measuring = Clock::now();
  GENET_ASSIGN(const Measurement measurement,
               Measure(engine, measured, engine.max_batch(), logits));
  outcome.inference_seconds_per_image =
      SecondsSince(measuring) / static_cast<double>(measured.size());
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

Result<Measurement> Measure(Engine& engine, const ImageList& images, int batch,
                            std::span<float> logits) {
  GENET_CHECK(images.size() > 0 && batch >= 1 && batch <= engine.max_batch());
  Measurement sum;
  int64_t correct = 0;
  std::vector<InputImage> inputs;
  std::vector<int32_t> labels;
  std::vector<uint32_t> order(images.size());
  std::iota(order.begin(), order.end(), 0u);
  BatchReader reader(images, order, static_cast<size_t>(batch));
  const size_t classes = logits.size() / images.size();
  GENET_CHECK(logits.size() == images.size() * classes);
  for (size_t begin = 0; begin < images.size(); begin += static_cast<size_t>(batch)) {
    const size_t end = std::min(images.size(), begin + static_cast<size_t>(batch));
    inputs.clear();
    labels.clear();
    GENET_ASSIGN(const auto pixels, reader.Next());
    for (size_t i = begin; i < end; ++i) {
      inputs.push_back({.pixels = pixels[i - begin]});
      labels.push_back(images.label(i));
    }
    const BatchResult result =
        engine.Evaluate({inputs, labels}, logits.subspan(begin * classes, (end - begin) * classes));
    sum.loss += result.loss;
    correct += result.correct;
  }
  const double count = static_cast<double>(images.size());
  sum.loss /= count;
  sum.accuracy = static_cast<double>(correct) / count;
  return sum;
}

InputTransform NormalisingTransform(const ChannelStatistics& statistics) {
  InputTransform transform;
  for (size_t c = 0; c < statistics.mean.size(); ++c) {
    // A channel of one value only has nothing to scale.
    const double deviation = statistics.deviation[c] > 0 ? statistics.deviation[c] : 1;
    transform.scale.push_back(static_cast<float>(1 / (255 * deviation)));
    transform.offset.push_back(static_cast<float>(-statistics.mean[c] / deviation));
  }
  return transform;
}

}  // namespace genet
