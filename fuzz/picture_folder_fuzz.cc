// Any text as the label file of a folder of pictures is read or refused.
#include "genet/base/check.h"
#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/picture_folder.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const genet::ScratchFolder folder;
  static const bool made = [] {
    for (const char* file :
         {"train/a/1.png", "train/b/2.png", "train/c/3.png", "val/v1.JPEG", "val/v2.JPEG"}) {
      genet::Put(folder / file, "");
    }
    return true;
  }();
  GENET_CHECK(made);
  genet::Put(folder / "val.txt", std::string(reinterpret_cast<const char*>(data), size));
  const auto set = genet::FindPictures(folder.path(), {.label_file_allowed = true});
  if (!set) return 0;
  GENET_CHECK(set->test.size() == 2);
  for (const genet::Picture& picture : set->test) {
    GENET_CHECK(picture.label >= 0 && picture.label < 3);
  }
  return 0;
}
