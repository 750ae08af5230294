// A tiny engine for tests: softmax regression on the pixels, with momentum, in plain loops.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "genet/engine/engine.h"

namespace genet {

class SoftmaxEngine : public Engine {
 public:
  SoftmaxEngine(int pixels, int classes, int batch)
      : pixels_(pixels), classes_(classes), batch_(batch) {
    const size_t size = static_cast<size_t>(pixels) * static_cast<size_t>(classes);
    weight_ = Tensor{{classes, pixels}, std::vector<float>(size)};
    momentum_ = weight_;
  }

  BatchResult TrainStep(const Batch& batch, const StepOptions& options) override {
    keys.push_back(options.dropout.value());
    for (const InputImage& image : batch.images) first_pixels.push_back(image.pixels[0]);
    std::vector<float> gradient(weight_.values.size());
    const BatchResult result = Pass(batch, {}, &gradient);
    for (size_t i = 0; i < gradient.size(); ++i) {
      const float g = gradient[i] / static_cast<float>(batch.images.size()) +
                      options.weight_decay * weight_.values[i];
      momentum_.values[i] = options.momentum * momentum_.values[i] + g;
      weight_.values[i] -= options.learning_rate * momentum_.values[i];
    }
    return result;
  }
  BatchResult Evaluate(const Batch& batch, std::span<float> logits) override {
    evaluated.push_back(static_cast<int>(batch.images.size()));
    return Pass(batch, logits, nullptr);
  }
  TensorMap State() const override {
    return {{"fc1.weight", weight_}, {"momentum.fc1.weight", momentum_}};
  }
  Status SetState(const TensorMap& state) override {
    for (const char* name : {"fc1.weight", "momentum.fc1.weight"}) {
      const auto found = state.find(name);
      if (found == state.end()) return Failure("tensor {} is missing", name);
      if (found->second.shape != weight_.shape) return Failure("tensor {}: other shape", name);
    }
    weight_ = state.at("fc1.weight");
    momentum_ = state.at("momentum.fc1.weight");
    return {};
  }
  int max_batch() const override { return batch_; }
  size_t memory_bytes() const override { return weight_.values.size() * 2 * sizeof(float); }

  std::vector<uint64_t> keys;         // of the steps
  std::vector<uint8_t> first_pixels;  // of the images trained on, in order
  std::vector<int> evaluated;         // batch sizes

 private:
  BatchResult Pass(const Batch& batch, std::span<float> logits, std::vector<float>* gradient) {
    BatchResult result;
    const size_t classes = static_cast<size_t>(classes_), pixels = static_cast<size_t>(pixels_);
    std::vector<double> scores(classes);
    for (size_t i = 0; i < batch.images.size(); ++i) {
      const uint8_t* image = batch.images[i].pixels;
      for (size_t c = 0; c < classes; ++c) {
        scores[c] = 0;
        for (size_t p = 0; p < pixels; ++p) {
          scores[c] += double{weight_.values[c * pixels + p]} * image[p] / 255;
        }
        if (!logits.empty()) logits[i * classes + c] = static_cast<float>(scores[c]);
      }
      const size_t label = static_cast<size_t>(batch.labels[i]);
      const auto best = std::max_element(scores.begin(), scores.end());
      result.correct += static_cast<size_t>(best - scores.begin()) == label;
      double sum = 0;
      for (const double score : scores) sum += std::exp(score);
      result.loss += std::log(sum) - scores[label];
      if (gradient == nullptr) continue;
      for (size_t c = 0; c < classes; ++c) {
        const double g = std::exp(scores[c]) / sum - (c == label ? 1 : 0);
        for (size_t p = 0; p < pixels; ++p) {
          (*gradient)[c * pixels + p] += static_cast<float>(g * image[p] / 255);
        }
      }
    }
    return result;
  }

  int pixels_, classes_, batch_;
  Tensor weight_, momentum_;
};

}  // namespace genet
