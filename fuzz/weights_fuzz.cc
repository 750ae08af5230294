// Any bytes are read as a file of weights or refused; what was read is written back and read the
// same, and its network can be built.
#include "fuzz/round_trip.h"
#include "genet/training/weights_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  genet::ReadAndWriteFile(
      data, size, genet::ReadWeights, genet::WriteWeights,
      [](const auto& weights) { GENET_CHECK(genet::NetworkOf(weights).has_value()); });
  return 0;
}
