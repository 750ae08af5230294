#include "genet/engine/micro_batch.h"

#include "genet/base/check.h"

namespace genet {

std::vector<MicroBatch> MicroBatchesOf(const Batch& batch, size_t most, RandomKey dropout) {
  const size_t images = batch.images.size();
  GENET_CHECK(images > 0 && batch.labels.size() == images && most > 0);
  const size_t count = (images + most - 1) / most;
  std::vector<MicroBatch> parts;
  for (size_t i = 0; i < count; ++i) {
    const size_t begin = images * i / count, size = images * (i + 1) / count - begin;
    parts.push_back(
        {.batch = {batch.images.subspan(begin, size), batch.labels.subspan(begin, size)},
         .dropout = i == 0 ? dropout : dropout.Derive("part").Derive(uint64_t(i)),
         .first = i == 0,
         .last = i + 1 == count});
  }
  return parts;
}

}  // namespace genet
