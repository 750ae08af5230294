// The readers behind OpenDataSet, one for each kind of data set. Each checks every size and every
// label before it returns, so that whoever uses the images need not.
#pragma once

#include "genet/data/data_set.h"
#include "genet/data/picture.h"
#include "genet/data/picture_folder.h"

namespace genet {

Result<DataSet> OpenCifar10(const fs::path& path, const fs::path& cache_folder);
Result<DataSet> OpenCifar100(const fs::path& path, const fs::path& cache_folder);
Result<DataSet> OpenMnist(const fs::path& path, const fs::path& cache_folder);
// `contrast`: the images after local contrast normalisation, as bytes (contrast.h).
Result<DataSet> OpenSvhn(const fs::path& path, bool contrast, const fs::path& cache_folder);
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
Result<DataSet> OpenSynthetic(uint64_t seed, const fs::path& cache_folder);

}  // namespace genet
