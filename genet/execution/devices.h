// Which device a worker works on.
#pragma once

#include <string>
#include <vector>

namespace genet {

// The one of `devices` with the fewest workers of those that work on `taken`; the first of several.
std::string NextDevice(const std::vector<std::string>& devices,
                       const std::vector<std::string>& taken);

}  // namespace genet
