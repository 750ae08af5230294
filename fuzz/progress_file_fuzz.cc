// Any bytes are read as a progress file or refused.
#include "genet/base/scratch_folder_for_test.h"
#include "genet/execution/progress_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const genet::ScratchFolder folder;
  genet::Put(folder / "progress", std::string(reinterpret_cast<const char*>(data), size));
  (void)genet::ReadProgress(folder / "progress");
  return 0;
}
