// The search's part of the signature: a small search by real processes, killed and resumed.
#pragma once

#include <functional>
#include <string>

#include "genet/base/error.h"
#include "genet/base/file.h"

namespace genet {

struct SearchPlan {
  fs::path program;    // genet
  std::string target;  // that its processes use
  int workers = 2;
  // Kills a worker in the middle of a training, later the search; the hash does not depend on it.
  bool disturbed = true;
  std::function<bool()> stop = [] { return false; };  // asked often
};

// A hash of the history of a search on the built-in images. Files lie in a temporary folder. An
// error if the kills could not be made in the middle of trainings, for then the hash would not
// stand for what it says; "stopped" if `stop` says so.
Result<uint64_t> HashSearch(const SearchPlan& plan);

}  // namespace genet
