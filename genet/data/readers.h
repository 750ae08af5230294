// The readers behind OpenDataSet, one for each kind of data set. Each checks every size and every
// label before it returns, so that whoever uses the images need not.
#pragma once

#include "genet/data/data_set.h"

namespace genet {

Result<DataSet> OpenCifar10(const fs::path& path, const fs::path& cache_folder);
Result<DataSet> OpenCifar100(const fs::path& path, const fs::path& cache_folder);
Result<DataSet> OpenMnist(const fs::path& path, const fs::path& cache_folder);
// `contrast`: the images after local contrast normalisation, as bytes (contrast.h).
Result<DataSet> OpenSvhn(const fs::path& path, bool contrast, const fs::path& cache_folder);
Result<DataSet> OpenSynthetic(uint64_t seed, const fs::path& cache_folder);

}  // namespace genet
