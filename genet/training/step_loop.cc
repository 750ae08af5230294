#include "genet/training/step_loop.h"

#include <algorithm>
#include <ctime>
#include <numeric>

#include "genet/base/duration.h"
#include "genet/base/random.h"

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

StepLoop::StepLoop(const Network& network, const ImageList& images, int batch,
                   const CpuEngineOptions& options, bool evaluate, int worker)
    : images_(images),
      batch_(batch),
      evaluate_(evaluate),
      key_(RandomKey(worker).Derive("bench")),
      order_(images.size()),
      at_(images.size()) {
  const int channels = images.channels();
  engine_ = MakeCpuEngine(network,
                          {.scale = std::vector<float>(channels, 1 / 64.0f),
                           .offset = std::vector<float>(channels, -2.0f)},
                          options);
  std::iota(order_.begin(), order_.end(), 0u);
}

Status StepLoop::Start(const Network& network) {
  return engine_->SetState(InitialState(network, key_.Derive("weights")));
}

void StepLoop::Step() {
  if (at_ + batch_ > order_.size()) {
    RandomStream stream(key_.Derive(steps_));
    Shuffle(stream, std::span<uint32_t>(order_));
    at_ = 0;
  }
  batch_images_.clear();
  batch_labels_.clear();
  for (int i = 0; i < batch_; ++i, ++at_) {
    batch_images_.push_back({.pixels = images_.pixels(order_[at_])});
    batch_labels_.push_back(images_.label(order_[at_]));
  }
  const Batch batch{batch_images_, batch_labels_};
  if (evaluate_) {
    engine_->Evaluate(batch, {});
  } else {
    // So small a rate keeps random labels from driving the weights anywhere odd.
    engine_->TrainStep(batch, {.learning_rate = 1e-4f,
                               .momentum = 0.9f,
                               .weight_decay = 5e-4f,
                               .dropout = key_.Derive(steps_)});
  }
  ++steps_;
}

StepLoop::Pace StepLoop::Run(double seconds) {
  const Clock::time_point start = Clock::now();
  const double before = ProcessorSeconds();
  Pace pace;
  do {
    Step();
    pace.images += batch_;
    const double now = SecondsSince(start);
    pace.fastest_images_per_second =
        std::max(pace.fastest_images_per_second, batch_ / (now - pace.seconds));
    pace.seconds = now;
  } while (pace.seconds < seconds);
  pace.processor_seconds = ProcessorSeconds() - before;
  return pace;
}

}  // namespace genet
