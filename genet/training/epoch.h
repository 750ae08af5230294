// The steps of one epoch: which images make up each batch, and where augmentation moves them.
#pragma once

#include <cstdint>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/random.h"
#include "genet/data/batch_reader.h"
#include "genet/data/data_set.h"
#include "genet/engine/engine.h"
#include "genet/training/settings.h"

namespace genet {

// What Engine::TrainStep takes.
struct TrainingStep {
  Batch batch;
  StepOptions options;
};

// The order of the images, augmentation and dropout are addressed by the training's key and the
// number of the epoch, so an epoch may begin at any of its steps. The last batch is dropped if it
// is not full. Not thread-safe.
class Epoch {
 public:
  // `number` counts from 0. `images` must outlive the epoch.
  Epoch(const ImageList& images, const TrainingSettings& settings, RandomKey key, int number,
        int64_t first_step = 0);
  Epoch(const Epoch&) = delete;
  Epoch& operator=(const Epoch&) = delete;

  static int64_t Steps(const ImageList& images, const TrainingSettings& settings) {
    return static_cast<int64_t>(images.size()) / settings.batch;
  }

  // The next one, good until the next call. An error names an image that cannot be read.
  Result<TrainingStep> Next();

 private:
  InputImage Augmented(uint32_t index) const;

  const ImageList& images_;
  const bool shifts_, mirrors_;
  const RandomKey augmentation_, dropout_;
  StepOptions options_;
  int64_t step_;
  std::vector<uint32_t> order_;  // all images
  BatchReader reader_;           // of those from the first step on
  std::vector<InputImage> batch_images_;
  std::vector<int32_t> batch_labels_;
};

}  // namespace genet
