// One training from settings to a measured network: what a search's evaluation, `genet train` and
// the experiments' trainings have in common.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "genet/data/data_set.h"
#include "genet/engine/engine.h"
#include "genet/network/network.h"
#include "genet/settings/run_settings.h"
#include "genet/training/measure.h"
#include "genet/training/trainer.h"

namespace genet {

// What a process that trains works with. Results do not depend on it, but for the rounding of
// devices.
struct TrainingResources {
  int threads = 1;         // inside the network
  int loader_threads = 1;  // that decode pictures ahead
  std::string device = "cpu";
  fs::path cache;  // for OpenDataSet
};

struct TrainingJob {
  RunSettings settings;
  Genome genome{SearchSpace{}};
  // Train on the whole training set and hold nothing out; else on the part that a search trains on.
  bool full_training_set = false;
  bool measure_test = false;     // also if not `full_training_set`
  RandomKey key = RandomKey(0);  // addresses the first weights and every draw
  CheckpointSettings checkpoint;
};

// The images and the network that settings and a genome stand for.
struct TrainingSetup {
  DataSet data;
  ImageList train;
  ImageList
      held_out;      // of the training set, for validation; with `full_training_set`, the test set
  BaseNetwork base;  // with the data set's number of classes
  Network network;
};
Result<TrainingSetup> OpenTrainingSetup(const RunSettings& settings, const Genome& genome,
                                        bool full_training_set, const fs::path& cache,
                                        int loader_threads = 1);

// How far a training is.
struct TrainingMoment {
  int epoch = 0;                        // from 1
  int64_t images_done = 0, images = 0;  // of all epochs, those before a checkpoint included
  double images_per_second = 0;         // of this process; 0 at its first step

  double fraction() const {
    return images > 0 ? static_cast<double>(images_done) / static_cast<double>(images) : 0;
  }
};

struct TrainingObserver {
  // Before anything is trained; an error ends it.
  std::function<Status(const TrainingSetup&)> begun;
  // After each step, and after each batch that is measured; an error ends the training, which
  // writes a checkpoint first. Must be cheap.
  std::function<Status(const TrainingMoment&)> step;
  std::function<void(const EpochRecord&)> epoch;
  std::function<void(const std::string&)> log;  // a line for the user
  std::function<bool()> stop;                   // asked as often
};

struct TrainingRun {
  TrainingSetup setup;
  ChannelStatistics normalisation;
  std::unique_ptr<Engine> engine;
  TrainingOutcome outcome;          // kStopped if `stop` asked for it
  std::optional<Measurement> test;  // if finished and asked for, or `full_training_set`
  std::vector<float> test_logits;   // likewise: images x classes, row by row
  // Held-out images of each class that were recognised, by class; if finished.
  std::vector<int64_t> class_hits;
  double seconds = 0;  // of this process
  double images_per_second = 0;
};

// Resumes from the job's checkpoint. An error is never the training's own: a divergence is an
// outcome.
Result<TrainingRun> RunTraining(const TrainingJob& job, const TrainingResources& resources,
                                const TrainingObserver& observer);

}  // namespace genet
