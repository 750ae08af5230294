// Any bytes as one of CIFAR's files, beside good others, are read or refused. The first byte says
// which file the others are.
#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/data_set.h"

namespace {

struct File {
  const char* kind;
  const char* name;
};

constexpr File kFiles[] = {{"cifar10", "test_batch.bin"},
                           {"cifar10", "batches.meta.txt"},
                           {"cifar100", "test.bin"},
                           {"cifar100", "fine_label_names.txt"},
                           {"cifar100", "coarse_label_names.txt"}};

void PutGoodFiles(const genet::fs::path& folder) {
  for (int batch = 1; batch <= 5; ++batch) {
    genet::Put(folder / "cifar10" / fmt::format("data_batch_{}.bin", batch),
               std::string(3073, '\1'));
  }
  genet::Put(folder / "cifar10" / "test_batch.bin", std::string(3073, '\1'));
  genet::Put(folder / "cifar100" / "train.bin", std::string(3074, '\1'));
  genet::Put(folder / "cifar100" / "test.bin", std::string(3074, '\1'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const genet::ScratchFolder folder;
  PutGoodFiles(folder.path());
  const File& file = kFiles[data[0] % std::size(kFiles)];
  genet::Put(folder / file.kind / file.name,
             std::string(reinterpret_cast<const char*>(data) + 1, size - 1));
  const auto set = genet::OpenDataSet(
      fmt::format("{}:{}", file.kind, (folder / file.kind).string()), folder / "cache");
  if (!set) return 0;
  for (const genet::ImageList* part : {&set->train, &set->test}) {
    GENET_CHECK(part->size() > 0);
    for (size_t i = 0; i < part->size(); ++i) {
      GENET_CHECK(part->label(i) >= 0 && part->label(i) < set->classes());
      GENET_CHECK(part->pixels(i)[part->image_bytes() - 1] <= 255);
    }
  }
  return 0;
}
