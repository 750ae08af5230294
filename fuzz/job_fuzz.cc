// Any JSON is read as a job or refused; what was read is written back to itself.
#include "fuzz/round_trip.h"
#include "genet/execution/job.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  genet::ReadAndWriteJson(data, size, genet::JobFromJson,
                          [](const auto& job) { return genet::ToJson(job); });
  return 0;
}
