// A batch in parts that an engine holds at once. Their gradients are added to that of the whole
// batch's mean loss; batch normalisation sees each part by itself.
#pragma once

#include <vector>

#include "genet/engine/engine.h"

namespace genet {

struct MicroBatch {
  Batch batch;
  RandomKey dropout;
  bool first = false, last = false;
};

// As few parts of at most `most` images as there can be, of sizes that differ by one at most, in
// order. Each has its own dropout masks; the first has those of `dropout`, so that a batch of one
// part is what it was.
std::vector<MicroBatch> MicroBatchesOf(const Batch& batch, size_t most, RandomKey dropout);

}  // namespace genet
