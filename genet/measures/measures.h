// What the training of one network measures and what it costs: for outcome files, run stores,
// objectives of a search, reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "genet/base/error.h"

namespace genet {

// One epoch of a training. A curve is a list of them, the first epoch first and none left out.
struct EpochRecord {
  int epoch = 0;  // from 1
  double learning_rate = 0;
  double train_loss = 0;      // mean over the epoch's images, as they were seen; in nats
  double train_accuracy = 0;  // the share of these images that were recognised

  friend bool operator==(const EpochRecord&, const EpochRecord&) = default;
};

// What follows from genome, settings and seed: the same on every machine. A value that was not
// measured, or that the build of the time did not record, is absent.
struct Measures {
  std::optional<double> accuracy = {};       // of the held-out images, from 0 to 1
  std::optional<double> loss = {};           // mean cross-entropy over the same images, in nats
  std::optional<double> test_accuracy = {};  // if it was asked for; selection never reads it
  // Held-out images of each class that were recognised, by class; empty if not recorded.
  std::vector<int64_t> class_hits = {};
  // Of the network: learnable values, and multiply-adds per image of the forward pass.
  std::optional<int64_t> parameters = {};
  std::optional<int64_t> multiply_adds = {};

  friend bool operator==(const Measures&, const Measures&) = default;
};

// What depends on the clock or the machine. Histories are compared without it.
struct Cost {
  int attempts = 0;        // worker processes that were started for it
  int epochs_resumed = 0;  // of its epochs, done by processes before the last one
  // Of the last process, from its start to its end. The rate is that of its training images over
  // the time from the first training step on, so it counts measuring as well; the two means are of
  // steps and of measuring alone.
  std::optional<double> seconds = {};
  std::optional<double> images_per_second = {};
  std::optional<double> train_seconds_per_image = {};
  std::optional<double> inference_seconds_per_image = {};
  std::optional<int64_t> peak_bytes = {};  // of the last process's memory
  std::string finished = {};               // when it ended: UTC, ISO 8601; empty: not recorded
  std::string machine = {};  // "host x86_64"; empty if no process got as far as to say it
  std::string version = {};  // of GeNet, the same

  friend bool operator==(const Cost&, const Cost&) = default;
};

// What everything that reads one of these from outside demands: accuracies from 0 to 1, counts and
// times not below 0, every number finite. The error says which value is wrong.
Status CheckMeasures(const Measures& measures);
Status CheckCost(const Cost& cost);
// The same, and that epochs count from 1.
Status CheckCurve(const std::vector<EpochRecord>& curve);

}  // namespace genet
