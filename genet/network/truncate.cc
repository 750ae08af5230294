#include "genet/network/truncate.h"

namespace genet {
namespace {

constexpr int64_t kMostValues = 8192;  // the identity has its square

}  // namespace

Result<TruncatedNetwork> TruncateAfter(const Network& network, std::string_view layer) {
  std::string names;
  TruncatedNetwork truncated;
  for (const Layer& one : network.layers) {
    truncated.network.layers.push_back(one);
    if (one.name == layer) break;
    if (TraitsOf(one.operation.kind).offered) names += (names.empty() ? "" : ", ") + one.name;
  }
  Layer& last = truncated.network.layers.back();
  if (last.name != layer) {
    return UsageError("the network has no layer '{}'; there are {}", layer, names);
  }
  if (last.operation.kind == LayerOperation::Kind::kFullyConnected) {
    truncated.relu = last.operation.relu;
    last.operation.relu = false;
    return truncated;
  }
  if (last.output.size() > kMostValues) {
    return UsageError("layer '{}' gives {} values an image, more than {}; take a later layer",
                      layer, last.output.size(), kMostValues);
  }
  const int values = static_cast<int>(last.output.size());
  Layer identity{.name = last.name + ".features",
                 .inputs = {static_cast<int>(truncated.network.layers.size()) - 1},
                 .operation = {.kind = LayerOperation::Kind::kFullyConnected, .outputs = values},
                 .input = last.output,
                 .output = {values, 1, 1}};
  truncated.network.layers.push_back(std::move(identity));
  truncated.identity = true;
  return truncated;
}

}  // namespace genet
