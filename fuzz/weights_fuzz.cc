// Any bytes are read as a file of weights or refused; what was read is written back and read the
// same, and its network can be built.
#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/training/weights_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const genet::ScratchFolder folder;
  const auto first = folder / "first", second = folder / "second", third = folder / "third";
  genet::Put(first, std::string(reinterpret_cast<const char*>(data), size));
  const auto weights = genet::ReadWeights(first);
  if (!weights) return 0;
  GENET_CHECK(genet::NetworkOf(*weights).has_value());
  GENET_CHECK(genet::WriteWeights(second, *weights).has_value());
  const auto again = genet::ReadWeights(second);
  GENET_CHECK(again.has_value(), "{}", again.error().message);
  GENET_CHECK(genet::WriteWeights(third, *again).has_value());
  GENET_CHECK(*genet::ReadFile(second) == *genet::ReadFile(third));
  return 0;
}
