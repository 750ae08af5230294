// How well a trained network does.
#pragma once

#include <span>

#include "genet/base/error.h"
#include "genet/data/data_set.h"
#include "genet/engine/engine.h"

namespace genet {

struct Measurement {
  double accuracy = 0;  // share of the images
  double loss = 0;      // mean
};
// Every image once, in order. `logits`, if not empty, has room for images x classes values, which
// it receives row by row.
Result<Measurement> Measure(Engine& engine, const ImageList& images, int batch,
                            std::span<float> logits = {});

// A pixel enters a network normalised by the statistics of its training part.
InputTransform NormalisingTransform(const ChannelStatistics& statistics);

}  // namespace genet
