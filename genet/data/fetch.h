// Downloads of the files of a data set.
//
// A file has its final name only after its checksum was verified; until then it is NAME.partial,
// from which a later call goes on. What is there already and right is not fetched again, what is
// there and wrong is reported and never touched.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

struct FetchFile {
  std::string name;
  std::string url;
  std::string checksum;  // "md5:HEX" or "sha256:HEX"
};

struct FetchPlan {
  std::string data_set;
  std::vector<FetchFile> files;
};

struct FetchProgress {
  std::string_view file;
  uint64_t received_bytes = 0;  // with what an earlier call had fetched
  uint64_t total_bytes = 0;     // 0 if the server did not say
};

// Called several times a second; `false` stops the download and keeps the partial file.
using FetchCallback = std::function<bool(const FetchProgress&)>;

// Fetches what is missing into `folder`. A second call for the same folder at the same time is
// refused. `progress` may be empty.
Status Fetch(const FetchPlan& plan, const fs::path& folder, const FetchCallback& progress = {});

}  // namespace genet
