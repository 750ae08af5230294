// The networks' part of the signature: trainings from the first weights to the last.
#pragma once

#include <functional>
#include <vector>

#include "genet/base/error.h"
#include "genet/base/hash.h"

namespace genet {

// A hash for each of three networks (narrow, wide, residual) by each arithmetic: the state after
// two epochs on a few synthetic images, the curve and the accuracy. On the target in use; does not
// depend on `threads`. An error "stopped" if `stop`, asked after each step, says so.
Result<std::vector<NamedHash>> HashNetworks(int threads, const std::function<bool()>& stop);

}  // namespace genet
