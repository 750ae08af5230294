// Any bytes are read as an outcome file or refused; what was read is sound, and is written back and
// read the same.
#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/execution/outcome.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const genet::ScratchFolder folder;
  const auto first = folder / "first", second = folder / "second", third = folder / "third";
  genet::Put(first, std::string(reinterpret_cast<const char*>(data), size));
  const auto outcome = genet::ReadOutcome(first);
  if (!outcome) return 0;
  GENET_CHECK(genet::CheckEvaluation(outcome->evaluation).has_value());
  GENET_CHECK(genet::WriteOutcome(second, *outcome).has_value());
  const auto again = genet::ReadOutcome(second);
  GENET_CHECK(again.has_value(), "{}", again.error().message);
  GENET_CHECK(genet::WriteOutcome(third, *again).has_value());
  GENET_CHECK(*genet::ReadFile(second) == *genet::ReadFile(third));
  return 0;
}
