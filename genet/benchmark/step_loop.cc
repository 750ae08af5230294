#include "genet/benchmark/step_loop.h"

#include <algorithm>
#include <ctime>

#include "genet/base/check.h"
#include "genet/base/duration.h"
#include "genet/base/random.h"
#include "genet/engine/backends/make_engine.h"

namespace genet {
namespace {

double ProcessorSeconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

ImageList RandomImages(Shape shape, int classes, size_t count) {
  RandomStream stream(RandomKey(1).Derive("bench images"));
  auto bytes = std::make_shared<std::vector<uint8_t>>(shape.size() * count);
  for (uint8_t& byte : *bytes) byte = static_cast<uint8_t>(stream.Bits32() >> 24);
  std::vector<const uint8_t*> pixels(count);
  std::vector<int32_t> labels(count);
  for (size_t i = 0; i < count; ++i) {
    pixels[i] = bytes->data() + i * shape.size();
    labels[i] = static_cast<int32_t>(stream.Below(classes));
  }
  return ImageList(shape.channels, shape.height, shape.width, std::move(pixels), std::move(labels),
                   bytes);
}

Result<std::unique_ptr<StepLoop>> StepLoop::Make(const Network& network, const ImageList& images,
                                                 const StepLoopOptions& options, int worker) {
  const auto channels = static_cast<size_t>(images.channels());
  const InputTransform transform{.scale = std::vector<float>(channels, 1 / 64.0f),
                                 .offset = std::vector<float>(channels, -2.0f)};
  GENET_ASSIGN(std::unique_ptr<Engine> engine,
               MakeEngine(network, transform, options.engine, options.resources));
  const RandomKey key = RandomKey(worker).Derive("bench");
  GENET_TRY(engine->SetState(InitialState(network, key.Derive("weights"))));
  std::unique_ptr<StepLoop> loop(
      new StepLoop(std::move(engine), images, options.resources.batch, options.evaluate, key));
  loop->Step();
  return loop;
}

StepLoop::StepLoop(std::unique_ptr<Engine> engine, const ImageList& images, int batch,
                   bool evaluate, RandomKey key)
    : engine_(std::move(engine)),
      images_(images),
      // So small a rate keeps random labels from driving the weights anywhere odd.
      settings_{.schedule = {{1, 1e-4}}, .batch = batch},
      evaluate_(evaluate),
      key_(key) {}

void StepLoop::Step() {
  if (steps_left_ == 0) {
    // The schedule's one epoch again and again, by another key each time.
    epoch_.emplace(images_, settings_, key_.Derive(static_cast<uint64_t>(epochs_++)), 0);
    steps_left_ = Epoch::Steps(images_, settings_);
  }
  --steps_left_;
  const Result<TrainingStep> step = epoch_->Next();
  GENET_CHECK(step.has_value(), "images in memory can be read");
  if (evaluate_) {
    engine_->Evaluate(step->batch, {});
  } else {
    engine_->TrainStep(step->batch, step->options);
  }
}

StepLoop::Pace StepLoop::Run(double seconds) {
  const Clock::time_point start = Clock::now();
  const double before = ProcessorSeconds();
  const int batch = settings_.batch;
  Pace pace;
  do {
    Step();
    pace.images += batch;
    const double now = SecondsSince(start);
    pace.fastest_images_per_second =
        std::max(pace.fastest_images_per_second, batch / (now - pace.seconds));
    pace.seconds = now;
  } while (pace.seconds < seconds);
  pace.processor_seconds = ProcessorSeconds() - before;
  return pace;
}

}  // namespace genet
