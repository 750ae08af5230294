// A folder of pictures as a data set: kept decoded in the cache, or decoded when they are wanted.
#pragma once

#include <string>

#include "genet/data/data_set.h"
#include "genet/data/picture.h"
#include "genet/data/picture_folder.h"

namespace genet {

struct PictureSetOptions {
  std::string name;  // of the data set
  Framing framing;
  // Decode each picture whenever it is wanted, instead of keeping all decoded in the cache.
  bool stream = false;
  bool skip_damaged = false;
  PictureFolderOptions folder;
};

// Decodes every picture once at the first opening, with all cores: a damaged one is an error that
// names it, or is left out and noted.
Result<DataSet> OpenPictureSet(const fs::path& path, const PictureSetOptions& options,
                               const fs::path& cache_folder, const OpenOptions& open);

}  // namespace genet
