// Any JSON is read as the settings of a run or refused; what was read is written back to itself.
#include "genet/base/check.h"
#include "genet/settings/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto json = nlohmann::json::parse(data, data + size, nullptr, false);
  if (json.is_discarded()) return 0;
  const auto settings = genet::RunSettingsFromJson(json);
  if (!settings) return 0;
  const auto written = genet::ToJson(*settings);
  const auto again = genet::RunSettingsFromJson(written);
  GENET_CHECK(again && genet::ToJson(*again) == written, "{}", written.dump());
  return 0;
}
