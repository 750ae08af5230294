// Any bytes are read as a classification's outcome or refused; what was read is written back and
// read the same.
#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/execution/classification.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const genet::ScratchFolder folder;
  static const nlohmann::json identity = {{"seed", 1}};
  const auto first = folder / "first", second = folder / "second", third = folder / "third";
  genet::Put(first, std::string(reinterpret_cast<const char*>(data), size));
  const auto read = genet::ReadClassification(first, identity);
  if (!read) return 0;
  GENET_CHECK(genet::WriteClassification(second, identity, *read).has_value());
  const auto again = genet::ReadClassification(second, identity);
  GENET_CHECK(again.has_value(), "{}", again.error().message);
  GENET_CHECK(genet::WriteClassification(third, identity, *again).has_value());
  GENET_CHECK(*genet::ReadFile(second) == *genet::ReadFile(third));
  return 0;
}
