// Classification of features by a linear support vector machine, the protocol of Caltech-256
// (section 4.3): some training images of each class, the rest to test, over several random splits.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "genet/base/error.h"
#include "genet/features/features.h"

namespace genet {

struct ClassifyOptions {
  int train_per_class = 60;
  int splits = 10;
  // The one of these that does best in cross-validation on a split's training images is used.
  std::vector<double> costs = {0.1, 1, 10, 100};
  int folds = 5;
  // Of each value the square root with its sign, then each image's values to length 1.
  bool normalise = true;
  uint64_t seed = 1;
};

struct SplitResult {
  double cost = 0;
  double accuracy = 0;  // mean of the accuracies of the classes
};

// L2-regularised, squared hinge loss, one machine for each class against the rest (liblinear's
// primal solver, which draws no random numbers and is the fast one for many images of few values).
// The same features and options give the same results. `done` is called after each split. An error
// names a class without images to test.
Result<std::vector<SplitResult>> Classify(
    Features features, const ClassifyOptions& options,
    const std::function<void(int split, const SplitResult&)>& done = {});

}  // namespace genet
