#include <fmt/ranges.h>

#include "genet/engine/engine.h"

namespace genet {

Status CheckState(const TensorMap& state,
                  const std::map<std::string, std::vector<int64_t>>& shapes) {
  const auto problem = [](const std::string& name, std::string_view what) {
    return Failure("weights: tensor {} {}; are they of this network?", name, what);
  };
  for (const auto& [name, shape] : shapes) {
    const auto found = state.find(name);
    if (found == state.end()) return problem(name, "is missing");
    size_t size = 1;
    for (const int64_t extent : shape) size *= static_cast<size_t>(extent);
    if (found->second.shape != shape || found->second.values.size() != size) {
      return problem(name,
                     fmt::format("has shape [{}], not [{}]", fmt::join(found->second.shape, ", "),
                                 fmt::join(shape, ", ")));
    }
  }
  for (const auto& [name, tensor] : state) {
    if (!shapes.contains(name)) return problem(name, "is unknown to this network");
  }
  return {};
}

}  // namespace genet
