// Where the official files of a data set are, for `genet data fetch` and `genet data verify`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "genet/base/error.h"
#include "genet/data/fetch.h"

namespace genet {

struct OfficialFile {
  std::string name;
  std::string checksum;  // "md5:HEX" or "sha256:HEX"
};

struct OfficialFiles {
  std::string name;     // what `genet data fetch` calls them
  std::string address;  // of the folder that holds them, with a slash at its end
  std::vector<OfficialFile> files;
  // What to do instead, for sets that only their owners may hand out; there are no files then.
  std::string instructions{};
};

// The official files of `cifar10`, `cifar100`, `mnist` or `svhn`. A mirror that is not empty
// replaces the folder part of the addresses. For sets that only their owners may hand out, the
// error says how to come by them.
Result<FetchPlan> OfficialPlan(std::string_view name, std::string_view mirror = {});

// The names of the sets that can be fetched, and of those that only their owners may hand out.
std::vector<std::string> FetchableSets();
std::vector<std::string> RestrictedSets();

}  // namespace genet
