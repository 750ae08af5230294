// The kernels' part of the program's signature: hashes of what every kernel writes.
#pragma once

#include <vector>

#include "genet/base/hash.h"

namespace genet::kernels {

// A hash for each kind of kernel, of all arrays that its workloads (x_workload.h) give on the
// target in use. Takes a moment.
std::vector<NamedHash> HashKernels();

}  // namespace genet::kernels
