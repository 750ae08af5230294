// Any bytes are read as a checkpoint or refused; what was read is written back and read the same.
#include "fuzz/round_trip.h"
#include "genet/training/checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  genet::ReadAndWriteFile(
      data, size, genet::ReadCheckpoint,
      [](const auto& path, const auto& checkpoint) {
        return genet::WriteCheckpoint(path, *checkpoint);
      },
      [](const auto& checkpoint) {
        GENET_CHECK(checkpoint.has_value() && checkpoint->begun.steps >= 0);
      });
  return 0;
}
