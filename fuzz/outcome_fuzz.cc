// Any bytes are read as an outcome file or refused; what was read is sound, and is written back and
// read the same.
#include "fuzz/round_trip.h"
#include "genet/execution/outcome.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  genet::ReadAndWriteFile(data, size, genet::ReadOutcome, genet::WriteOutcome,
                          [](const auto& outcome) {
                            GENET_CHECK(genet::CheckEvaluation(outcome.evaluation).has_value());
                          });
  return 0;
}
