// Any JSON is read as a job or refused; what was read is written back to itself.
#include "genet/base/check.h"
#include "genet/execution/job.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto json = nlohmann::json::parse(data, data + size, nullptr, false);
  if (json.is_discarded()) return 0;
  const auto job = genet::JobFromJson(json);
  if (!job) return 0;
  const auto written = genet::ToJson(*job);
  const auto again = genet::JobFromJson(written);
  GENET_CHECK(again && genet::ToJson(*again) == written);
  return 0;
}
