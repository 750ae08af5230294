// Any JSON is read as the settings of a run or refused; what was read is written back to itself.
#include "fuzz/round_trip.h"
#include "genet/settings/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  genet::ReadAndWriteJson(data, size, genet::RunSettingsFromJson,
                          [](const auto& settings) { return genet::ToJson(settings); });
  return 0;
}
