// Splits of a training set into a part to train on and a part to measure fitness on.
#pragma once

#include <cstdint>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/random.h"
#include "genet/data/data_set.h"

namespace genet {

struct Split {
  std::vector<uint32_t> train;       // ascending
  std::vector<uint32_t> validation;  // ascending, disjoint from train
};

// Draws `train_images` and `validation_images` without overlap. Stratified: each class has its
// share of each part, to within one image. Depends on the key and the labels only. An error if
// there are not enough images. train_images 0 means all that validation leaves.
Result<Split> StratifiedSplit(const ImageList& images, int classes, size_t train_images,
                              size_t validation_images, RandomKey key);

// The same for a data set's training set, by its own rule if it has one: each validation source
// gives its share of the validation images, equally many of each class (SVHN with 6,000: 400 of
// each digit of train and 200 of extra). Shares that do not come out even, or that a class is too
// small for, are errors.
Result<Split> SplitDataSet(const DataSet& set, size_t train_images, size_t validation_images,
                           RandomKey key);

}  // namespace genet
