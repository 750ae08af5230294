// Any text is read as a config file or refused by one line; the settings that it gives can be
// written as a config file that gives the same.
#include "genet/base/check.h"
#include "genet/settings/config_file.h"
#include "genet/settings/given.h"
#include "genet/settings/json.h"

namespace {

genet::Result<genet::RunSettings> Settings(std::string_view text) {
  GENET_ASSIGN(const genet::GivenSettings given, genet::ParseConfig(text, "fuzz.toml"));
  return genet::ResolveSettings(given, {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto settings = Settings(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!settings) {
    GENET_CHECK(!settings.error().message.empty());
    return 0;
  }
  const std::string written = genet::ConfigText(*settings);
  const auto again = Settings(written);
  GENET_CHECK(again.has_value(), "{}\n{}", again.error().message, written);
  GENET_CHECK(genet::ToJson(*again) == genet::ToJson(*settings), "{}", written);
  return 0;
}
