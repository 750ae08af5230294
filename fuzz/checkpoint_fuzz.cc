// Any bytes are read as a checkpoint or refused; what was read is written back and read the same.
#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/training/checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const genet::ScratchFolder folder;
  const auto first = folder / "first", second = folder / "second", third = folder / "third";
  genet::Put(first, std::string(reinterpret_cast<const char*>(data), size));
  const auto checkpoint = genet::ReadCheckpoint(first);
  if (!checkpoint) return 0;
  GENET_CHECK(checkpoint->has_value() && (*checkpoint)->begun.steps >= 0);
  GENET_CHECK(genet::WriteCheckpoint(second, **checkpoint).has_value());
  const auto again = genet::ReadCheckpoint(second);
  GENET_CHECK(again.has_value(), "{}", again.error().message);
  // By bytes: a NaN differs from itself.
  GENET_CHECK(genet::WriteCheckpoint(third, **again).has_value());
  GENET_CHECK(*genet::ReadFile(second) == *genet::ReadFile(third));
  return 0;
}
