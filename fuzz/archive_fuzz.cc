// Any bytes as an archive or a gzip file are unpacked or refused; nothing is written but the files
// that were asked for. The first byte says as what the others are read.
#include <algorithm>

#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/unpack.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace fs = genet::fs;
  if (size == 0) return 0;
  const genet::ScratchFolder folder;
  genet::Put(folder / "in" / "packed.gz",
             std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  if (data[0] % 2 == 0) {
    constexpr std::string_view kWanted[] = {"a.bin", "b.txt"};
    const auto unpacked =
        genet::UnpackArchive(folder / "in" / "packed.gz", kWanted, folder / "cache");
    if (unpacked) {
      for (const auto& entry : fs::recursive_directory_iterator(*unpacked)) {
        const std::string name = entry.path().filename().string();
        GENET_CHECK(entry.is_regular_file() && !entry.is_symlink(), "{}", name);
        GENET_CHECK(std::find(std::begin(kWanted), std::end(kWanted), name) != std::end(kWanted));
      }
    }
  } else {
    const auto unpacked = genet::UnpackGzip(folder / "in" / "packed.gz", folder / "cache");
    if (unpacked) GENET_CHECK(fs::is_regular_file(*unpacked));
  }
  // Whatever became of it: no folder that was begun stays, and nothing lies beside the cache.
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    const std::string name = entry.path().filename().string();
    GENET_CHECK(name == "in" || name == "cache", "{}", name);
  }
  if (fs::exists(folder / "cache")) {
    for (const auto& entry : fs::directory_iterator(folder / "cache")) {
      GENET_CHECK(entry.path().filename().string().starts_with("packed.gz-"));
    }
  }
  return 0;
}
