// Which images a network recognises: the right class is its likeliest, or among the likeliest few
// (section 4.3 gives top-1 and top-5 errors).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "genet/data/data_set.h"

namespace genet {

// The share of images whose label is among the k largest of their logits (images x classes, row by
// row). Of equal logits the first is the larger, so k = 1 is the accuracy that Measure() gives; a
// label whose logit is no number is not among them.
double TopAccuracy(const ImageList& images, std::span<const float> logits, int k);

// The images of each class whose label is the largest of their logits, by class.
std::vector<int64_t> ClassHits(const ImageList& images, std::span<const float> logits);

}  // namespace genet
