// Any bytes are read as tensors or refused; what was read is written back and read the same.
#include "genet/base/check.h"
#include "genet/training/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto file =
      genet::ParseSafetensors(std::string_view(reinterpret_cast<const char*>(data), size), "fuzz");
  if (!file) return 0;
  const std::string bytes = genet::ToSafetensors(*file);
  const auto again = genet::ParseSafetensors(bytes, "fuzz");
  // By bytes: a NaN differs from itself.
  GENET_CHECK(again && genet::ToSafetensors(*again) == bytes);
  return 0;
}
