#include "genet/engine/reference/engine_comparison_for_test.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "genet/base/check.h"

namespace genet::reference {
namespace {

// Several times the rounding errors of single precision at a ReLU's input.
constexpr double kEnough = 4e-6;
constexpr int kTries = 20;

}  // namespace

RandomBatch::RandomBatch(const Network& network, int images, RandomKey key) {
  RandomStream random(key);
  const size_t bytes = network.layers.front().output.size();
  pixels_.resize(images * bytes);
  for (uint8_t& pixel : pixels_) pixel = static_cast<uint8_t>(random.Below(256));
  for (int n = 0; n < images; ++n) {
    InputImage image{.pixels = &pixels_[n * bytes]};
    if (n % 2 == 1) {
      image.shift_rows = static_cast<int8_t>(int(random.Below(5)) - 2);
      image.shift_columns = static_cast<int8_t>(int(random.Below(5)) - 2);
      image.mirror = random.Bernoulli(0.5);
    }
    images_.push_back(image);
    labels_.push_back(static_cast<int32_t>(random.Below(network.classes())));
  }
}

InputTransform CentringTransform(const Network& network) {
  InputTransform transform;
  for (int c = 0; c < network.layers.front().output.channels; ++c) {
    transform.scale.push_back(0.0135f + 0.001f * c);
    transform.offset.push_back(-1.7f - 0.1f * c);
  }
  return transform;
}

TensorMap RandomState(const Network& network, RandomKey key) {
  TensorMap state = InitialState(network, key);
  for (auto& [name, tensor] : state) {
    if (name.starts_with("momentum.") || name.ends_with(".weight")) continue;
    const bool positive = name.ends_with(".bn.scale") || name.ends_with(".bn.variance");
    RandomStream random(key.Derive("trial").Derive(name));
    for (float& value : tensor.values) {
      value = static_cast<float>(positive ? 0.75 + 0.5 * random.Uniform() : 0.2 * random.Normal());
    }
  }
  return state;
}

TensorMap StateAwayFromKinks(const Network& network, const Batch& batch, RandomKey dropout,
                             RandomKey key) {
  ReferenceEngine engine(network, CentringTransform(network),
                         static_cast<int>(batch.images.size()));
  for (uint64_t i = 0; i < kTries; ++i) {
    GENET_CHECK(engine.SetState(RandomState(network, key.Derive(i))).has_value());
    if (engine.AvoidKinks(batch, dropout) >= kEnough) return engine.State();
  }
  GENET_CHECK(false, "no state away from all kinks in {} tries", kTries);
}

RecordedSteps TrainAwayFromKinks(ReferenceEngine& engine, int images, int steps,
                                 const StepOptions& options, RandomKey key) {
  RecordedSteps run{images, options, {}};
  for (uint64_t i = 0; run.steps.size() < size_t(steps); ++i) {
    GENET_CHECK(i < uint64_t(steps * kTries), "no batches away from all kinks");
    RecordedSteps::Step step{key.Derive(i), {}};
    const RandomBatch batch(engine.network(), images, step.key);
    StepOptions step_options = options;
    step_options.dropout = step.key.Derive("dropout");
    const ReferenceEngine::DoubleState before = engine.double_state();
    const double distance = engine.AvoidKinks(batch.batch(), step_options.dropout);
    if (distance < kEnough) {
      engine.double_state() = before;
      continue;
    }
    for (const auto& [name, tensor] : before) {
      const std::vector<double>& after = engine.double_state().at(name).values;
      if (after == tensor.values) continue;
      Tensor& nudge = step.nudge[name];
      nudge.shape = tensor.shape;
      for (size_t k = 0; k < after.size(); ++k) {
        nudge.values.push_back(static_cast<float>(after[k] - tensor.values[k]));
      }
    }
    engine.TrainStep(batch.batch(), step_options);
    run.steps.push_back(std::move(step));
  }
  return run;
}

void Replay(const RecordedSteps& run, const Network& network, Engine& engine) {
  for (const RecordedSteps::Step& step : run.steps) {
    TensorMap state = engine.State();
    for (const auto& [name, nudge] : step.nudge) {
      std::vector<float>& values = state.at(name).values;
      for (size_t k = 0; k < values.size(); ++k) values[k] += nudge.values[k];
    }
    GENET_CHECK(engine.SetState(state).has_value());
    const RandomBatch batch(network, run.images, step.key);
    StepOptions options = run.options;
    options.dropout = step.key.Derive("dropout");
    engine.TrainStep(batch.batch(), options);
  }
}

double RelativeDifference(const Tensor& actual, const Tensor& expected) {
  constexpr double kLeastNorm = 1e-4;
  GENET_CHECK(actual.values.size() == expected.values.size());
  double difference = 0, norm = 0;
  for (size_t i = 0; i < expected.values.size(); ++i) {
    const double a = actual.values[i], e = expected.values[i];
    difference += (a - e) * (a - e);
    norm += e * e;
  }
  return std::sqrt(difference) / std::max(std::sqrt(norm), kLeastNorm);
}

std::string Disagreements(const TensorMap& actual, const TensorMap& expected,
                          std::string_view prefix, double tolerance) {
  std::string lines;
  for (const auto& [name, tensor] : expected) {
    if (prefix.empty() ? name.starts_with("momentum.") : !name.starts_with(prefix)) continue;
    const auto found = actual.find(name);
    if (found == actual.end() || found->second.shape != tensor.shape) {
      lines += fmt::format("{}: missing or of another shape\n", name);
      continue;
    }
    const double difference = RelativeDifference(found->second, tensor);
    // Not `>`, so that a difference that is not a number shows.
    if (!(difference <= tolerance))
      lines += fmt::format("{}: differs by {:.2e}\n", name, difference);
  }
  return lines;
}

}  // namespace genet::reference
