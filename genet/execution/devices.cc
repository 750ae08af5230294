#include "genet/execution/devices.h"

#include <algorithm>

namespace genet {

std::string NextDevice(const std::vector<std::string>& devices,
                       const std::vector<std::string>& taken) {
  return *std::min_element(devices.begin(), devices.end(),
                           [&taken](const std::string& a, const std::string& b) {
                             return std::count(taken.begin(), taken.end(), a) <
                                    std::count(taken.begin(), taken.end(), b);
                           });
}

}  // namespace genet
