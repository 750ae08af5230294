// Opening of data sets in tests.
#pragma once

#include <string>

#include "genet/base/scratch_folder_for_test.h"
#include "genet/data/data_set.h"

namespace genet {

inline std::string Message(const Result<DataSet>& result) {
  return result ? "no error" : result.error().message;
}

inline Result<DataSet> Open(const std::string& kind, const fs::path& path,
                            const ScratchFolder& scratch) {
  return OpenDataSet(kind + ":" + path.string(), scratch / "cache");
}

}  // namespace genet
