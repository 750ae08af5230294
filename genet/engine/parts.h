// A batch in parts that an engine holds at once.
#pragma once

#include <vector>

#include "genet/engine/engine.h"

namespace genet {

struct BatchPart {
  Batch batch;
  RandomKey dropout;
  bool first = false, last = false;
};

// As few parts of at most `most` images as there can be, of sizes that differ by one at most, in
// order. Each has its own dropout masks; the first has those of `dropout`, so that a batch of one
// part is what it was.
std::vector<BatchPart> PartsOf(const Batch& batch, size_t most, RandomKey dropout);

}  // namespace genet
